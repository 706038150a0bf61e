package io.github.lstm4j.cli.training;

import java.util.HashMap;
import java.util.Map;

/** How often each label was answered for each label that was right. */
final class ConfusionMatrix {
  private final Vocabulary labels;

  /** By actual and predicted label, those that occurred: there may be many labels. */
  private final Map<Long, Integer> counts = new HashMap<>();

  private final int[] actualCounts;
  private long right;
  private long total;

  ConfusionMatrix(Vocabulary labels) {
    this.labels = labels;
    actualCounts = new int[labels.size()];
  }

  void add(int actual, int predicted) {
    counts.merge(key(actual, predicted), 1, Integer::sum);
    actualCounts[actual]++;
    right += actual == predicted ? 1 : 0;
    total++;
  }

  private long key(int actual, int predicted) {
    return (long) actual * labels.size() + predicted;
  }

  Vocabulary labels() {
    return labels;
  }

  int count(int actual, int predicted) {
    return counts.getOrDefault(key(actual, predicted), 0);
  }

  long total() {
    return total;
  }

  /** Share of the answers that are right. */
  double accuracy() {
    return (double) right / total;
  }

  /** What {@link #accuracy} would be if the answer were always this label. */
  double accuracyOf(int label) {
    return (double) actualCounts[label] / total;
  }
}
