package io.github.lstm4j.cli;

import java.util.Arrays;

/** How often each label was answered for each label that was right. */
final class ConfusionMatrix {
  private final Vocabulary labels;
  private final int[][] counts;

  ConfusionMatrix(Vocabulary labels) {
    this.labels = labels;
    counts = new int[labels.size()][labels.size()];
  }

  void add(int actual, int predicted) {
    counts[actual][predicted]++;
  }

  Vocabulary labels() {
    return labels;
  }

  int count(int actual, int predicted) {
    return counts[actual][predicted];
  }

  long total() {
    return Arrays.stream(counts).flatMapToInt(Arrays::stream).asLongStream().sum();
  }

  /** Share of the answers that are right. */
  double accuracy() {
    long right = 0;
    for (int k = 0; k < counts.length; k++) {
      right += counts[k][k];
    }
    return (double) right / total();
  }

  /** What {@link #accuracy} would be if the answer were always this label. */
  double accuracyOf(int label) {
    return (double) Arrays.stream(counts[label]).asLongStream().sum() / total();
  }
}
