package io.github.lstm4j.cli.training;

import io.github.lstm4j.LstmConfig;
import io.github.lstm4j.Tensor;
import io.github.lstm4j.train.CrossEntropy;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Predicts the label of a text; its examples are texts. */
public final class ClassifyTask implements Task {
  static final String KIND = "classify";

  private final LabelledTexts data;
  private final TokenKind kind;
  private final Split split;
  private final Vocabulary vocabulary;
  private final Vocabulary labels;
  private final Sequences texts;
  private final int[] targets;
  private final int mostFrequent;

  /**
   * Prepares the data.
   *
   * @param minCount tokens that the training part has less often are unknown
   */
  public ClassifyTask(LabelledTexts data, TokenKind kind, Split split, int minCount) {
    this.data = data;
    this.kind = kind;
    this.split = split;
    List<List<String>> learnt =
        Arrays.stream(split.training()).mapToObj(data.texts()::get).toList();
    vocabulary = Vocabulary.ofTokens(learnt, minCount);
    labels = Vocabulary.ofLabels(data.labels());
    texts = Sequences.of(data.texts(), vocabulary);
    targets = labels.indices(data.labels());
    mostFrequent = mostFrequent();
  }

  public NetworkShape shape(LstmConfig lstm) {
    return new NetworkShape(vocabulary.size(), lstm, labels.size(), false);
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
    return texts.length(example);
  }

  @Override
  public Tensor answer(Network network, Batch batch) {
    return network.forward(batch, texts.packed(batch));
  }

  @Override
  public double loss(Batch batch, Tensor answers, Tensor gradient) {
    int[] expected = Arrays.stream(batch.examples()).map(k -> targets[k]).toArray();
    return CrossEntropy.loss(answers, expected, gradient);
  }

  @Override
  public int terms(Batch batch) {
    return batch.count();
  }

  @Override
  public Evaluation evaluation() {
    return new ClassifyEvaluation(data, kind, labels, mostFrequent);
  }

  /** The label that most training texts have. */
  private int mostFrequent() {
    int[] counts = new int[labels.size()];
    for (int example : split.training()) {
      counts[targets[example]]++;
    }
    int best = 0;
    for (int k = 1; k < counts.length; k++) {
      best = counts[k] > counts[best] ? k : best;
    }
    return best;
  }

  @Override
  public Map<String, String> metadata() {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("tokens", kind.toString());
    metadata.put("vocabulary", vocabulary.toText());
    metadata.put("labels", labels.toText());
    return metadata;
  }
}
