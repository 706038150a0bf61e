package io.github.lstm4j.cli.training;

import io.github.lstm4j.Tensor;
import io.github.lstm4j.cli.common.CsvTensors;
import io.github.lstm4j.cli.common.Numbers;
import io.github.lstm4j.train.CrossEntropy;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Predicted labels against the actual ones. */
final class ClassifyEvaluation implements Evaluation {
  private final LabelledTexts data;
  private final TokenKind kind;
  private final int mostFrequent;
  private final ConfusionMatrix matrix;
  private final TreeMap<Integer, Answer> answers = new TreeMap<>(); // by text

  private record Answer(String label, float probability) {}

  /**
   * Starts empty.
   *
   * @param mostFrequent the label that most training texts have
   */
  ClassifyEvaluation(LabelledTexts data, TokenKind kind, Vocabulary labels, int mostFrequent) {
    this.data = data;
    this.kind = kind;
    this.mostFrequent = mostFrequent;
    matrix = new ConfusionMatrix(labels);
  }

  @Override
  public void add(Batch batch, Tensor logits) {
    CrossEntropy.probabilities(logits, logits);
    int[] best = Answers.best(logits);
    for (int k = 0; k < best.length; k++) {
      int text = batch.examples()[k];
      matrix.add(matrix.labels().index(data.labels().get(text)), best[k]);
      answers.put(text, new Answer(matrix.labels().get(best[k]), logits.get(k, best[k])));
    }
  }

  @Override
  public Map<String, Double> metrics() {
    return Map.of("accuracy", matrix.accuracy());
  }

  @Override
  public void writePredictions(OutputStream out) throws IOException {
    List<String[]> rows = new ArrayList<>();
    rows.add(new String[] {"text", "actual", "predicted", "probability"});
    answers.forEach(
        (text, answer) ->
            rows.add(
                new String[] {
                  kind.join(data.texts().get(text)),
                  data.labels().get(text),
                  answer.label,
                  Numbers.format(answer.probability)
                }));
    CsvTensors.writeRows(out, rows);
  }

  @Override
  public List<String> verdict() {
    double ours = matrix.accuracy();
    double theirs = matrix.accuracyOf(mostFrequent);
    return List.of(
        String.format(
            Locale.ROOT,
            "%.1f %% of %,d texts right; %s always answering %s (%.1f %%)",
            100 * ours,
            answers.size(),
            ours > theirs ? "better than" : "NOT better than",
            matrix.labels().get(mostFrequent),
            100 * theirs));
  }

  @Override
  public List<Panel> panels() {
    return Charts.confusion(matrix);
  }
}
