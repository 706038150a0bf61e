package io.github.lstm4j.benchmarks.libtorch;

import io.github.lstm4j.benchmarks.Workload;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** PyTorch's packed order: by time step, and within a step by descending length. */
final class PackedRows {
  private final int steps;
  private final int batch;
  private final long[] batchSizes;

  /** For every packed row, where it stands in {@code [T, B]}. */
  private final int[] padded;

  PackedRows(Workload workload) {
    int[] lengths = workload.lengths();
    steps = workload.shape().steps();
    batch = workload.shape().batch();
    int[] order =
        IntStream.range(0, batch)
            .boxed()
            .sorted(Comparator.comparing(b -> -lengths[b]))
            .mapToInt(b -> b)
            .toArray();
    batchSizes = new long[steps];
    padded = new int[Arrays.stream(lengths).sum()];
    int row = 0;
    for (int t = 0; t < steps; t++) {
      for (int b : order) {
        if (t < lengths[b]) {
          padded[row++] = t * batch + b;
          batchSizes[t]++;
        }
      }
    }
  }

  int count() {
    return padded.length;
  }

  long[] batchSizes() {
    return batchSizes;
  }

  float[] pack(float[] rows, int width) {
    float[] packed = new float[padded.length * width];
    for (int r = 0; r < padded.length; r++) {
      System.arraycopy(rows, padded[r] * width, packed, r * width, width);
    }
    return packed;
  }

  float[] pad(float[] packed, int width) {
    float[] rows = new float[steps * batch * width];
    for (int r = 0; r < padded.length; r++) {
      System.arraycopy(packed, r * width, rows, padded[r] * width, width);
    }
    return rows;
  }
}
