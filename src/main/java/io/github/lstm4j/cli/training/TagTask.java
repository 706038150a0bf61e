package io.github.lstm4j.cli.training;

import io.github.lstm4j.LstmConfig;
import io.github.lstm4j.Tensor;
import io.github.lstm4j.train.CrossEntropy;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Predicts the label of every token of a sequence; its examples are sequences. */
public final class TagTask implements Task {
  static final String KIND = "tag";

  private final TaggedSequences data;
  private final Split split;
  private final Vocabulary vocabulary;
  private final Vocabulary labels;
  private final Sequences tokens;
  private final Sequences targets;
  private final Habits habits;

  /**
   * Prepares the data.
   *
   * @param minCount tokens that the training part has less often are unknown
   */
  public TagTask(TaggedSequences data, Split split, int minCount) {
    this.data = data;
    this.split = split;
    List<List<String>> learnt =
        Arrays.stream(split.training()).mapToObj(data.tokens()::get).toList();
    vocabulary = Vocabulary.ofTokens(learnt, minCount);
    labels = Vocabulary.ofLabels(data.labels().stream().flatMap(List::stream).toList());
    tokens = Sequences.of(data.tokens(), vocabulary);
    targets = Sequences.of(data.labels(), labels);
    habits = Habits.of(data, split.training());
  }

  public NetworkShape shape(LstmConfig lstm) {
    return new NetworkShape(vocabulary.size(), lstm, labels.size(), true);
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public int[] training() {
    return split.training();
  }

  @Override
  public int[] validation() {
    return split.validation();
  }

  @Override
  public int length(int example) {
    return tokens.length(example);
  }

  @Override
  public Tensor answer(Network network, Batch batch) {
    return network.forward(batch, tokens.packed(batch));
  }

  @Override
  public double loss(Batch batch, Tensor answers, Tensor gradient) {
    return CrossEntropy.loss(answers, targets.packed(batch), gradient);
  }

  @Override
  public int terms(Batch batch) {
    return batch.rows();
  }

  @Override
  public Evaluation evaluation() {
    return new TagEvaluation(data, labels, habits);
  }

  @Override
  public Map<String, String> metadata() {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("tokens", data.kind().toString());
    metadata.put("vocabulary", vocabulary.toText());
    metadata.put("labels", labels.toText());
    return metadata;
  }
}
