package io.github.lstm4j.cli.training;

import io.github.lstm4j.Tensor;
import io.github.lstm4j.cli.common.CsvTensors;
import io.github.lstm4j.cli.common.Text;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Predicted labels against the actual ones, token by token and span by span. */
final class TagEvaluation implements Evaluation {
  private final TaggedSequences data;
  private final Habits habits;
  private final ConfusionMatrix matrix;
  private final TagScore ours;
  private final TagScore theirs;
  private final TreeMap<Integer, List<String>> answers = new TreeMap<>(); // by sequence

  TagEvaluation(TaggedSequences data, Vocabulary labels, Habits habits) {
    this.data = data;
    this.habits = habits;
    matrix = new ConfusionMatrix(labels);
    boolean spans = Spans.areSpelledBy(labels.entries());
    ours = new TagScore(spans);
    theirs = new TagScore(spans);
  }

  @Override
  public void add(Batch batch, Tensor logits) {
    int[][] best = Answers.bestPerSequence(batch, logits);
    Vocabulary labels = matrix.labels();
    for (int k = 0; k < best.length; k++) {
      int sequence = batch.examples()[k];
      List<String> actual = data.labels().get(sequence);
      List<String> predicted = Arrays.stream(best[k]).mapToObj(labels::get).toList();
      for (int t = 0; t < best[k].length; t++) {
        matrix.add(labels.index(actual.get(t)), best[k][t]);
      }
      ours.add(actual, predicted);
      theirs.add(actual, habits.labels(data.tokens().get(sequence)));
      answers.put(sequence, predicted);
    }
  }

  @Override
  public Map<String, Double> metrics() {
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("accuracy", ours.accuracy());
    if (ours.hasSpans()) {
      metrics.put("f1", ours.f1());
    }
    return metrics;
  }

  @Override
  public void writePredictions(OutputStream out) throws IOException {
    List<String[]> rows = new ArrayList<>();
    rows.add(new String[] {"sequence", "token", "actual", "predicted"});
    answers.forEach(
        (sequence, predicted) -> {
          for (int t = 0; t < predicted.size(); t++) {
            rows.add(
                new String[] {
                  Integer.toString(sequence + 1),
                  data.tokens().get(sequence).get(t),
                  data.labels().get(sequence).get(t),
                  predicted.get(t)
                });
          }
        });
    CsvTensors.writeRows(out, rows);
  }

  @Override
  public List<String> verdict() {
    List<String> lines = new ArrayList<>();
    lines.add(
        compare(
            "of " + Text.count(matrix.total(), "label") + " right",
            ours.accuracy(),
            theirs.accuracy()));
    if (ours.hasSpans()) {
      lines.add(compare("F1 over spans", ours.f1(), theirs.f1()));
    }
    return lines;
  }

  private static String compare(String what, double ours, double theirs) {
    return String.format(
        Locale.ROOT,
        "%.1f %% %s; %s each token's most frequent label (%.1f %%)",
        100 * ours,
        what,
        ours > theirs ? "better than" : "NOT better than",
        100 * theirs);
  }

  @Override
  public List<Panel> panels() {
    List<Panel> panels = new ArrayList<>(Charts.confusion(matrix));
    panels.add(new TaggedText(data, answers));
    return panels;
  }
}
