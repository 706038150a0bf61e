package io.github.lstm4j.cli.training;

import io.github.lstm4j.Tensor;
import java.nio.FloatBuffer;

/** Reads a network's answers, {@code [rows, labels]}. */
final class Answers {
  private Answers() {}

  /** The label with the largest number in each row. */
  static int[] best(Tensor answers) {
    int[] best = new int[answers.dim(0)];
    float[] row = new float[answers.dim(1)];
    FloatBuffer data = answers.data();
    for (int r = 0; r < best.length; r++) {
      data.get(row);
      for (int k = 1; k < row.length; k++) {
        best[r] = row[k] > row[best[r]] ? k : best[r];
      }
    }
    return best;
  }

  /** The labels of each sequence of a batch, from one answer per element in packed order. */
  static int[][] bestPerSequence(Batch batch, Tensor answers) {
    int[] best = best(answers);
    int[][] labels = new int[batch.count()][];
    for (int t = batch.sizes().length; t-- > 0; ) {
      for (int k = 0; k < batch.sizes()[t]; k++) {
        labels[k] = labels[k] == null ? new int[t + 1] : labels[k];
      }
    }
    batch.forEach((row, sequence, step) -> labels[sequence][step] = best[row]);
    return labels;
  }
}
