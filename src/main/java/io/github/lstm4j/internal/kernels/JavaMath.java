package io.github.lstm4j.internal.kernels;

import java.nio.FloatBuffer;

/**
 * Plain Java. Weights are transposed to {@code [k, n]}, so that the inner loop runs over contiguous
 * columns and the JIT compiler can use vector registers; no fused multiply-add, which is a library
 * call where the CPU has none.
 */
final class JavaMath implements HeapMath {
  /**
   * Rows of transposed weights taken at a time: a block stays in the L2 cache for all batch rows.
   */
  private static final int BLOCK = 64;

  private record Transposed(float[] data, int n, int k) implements Matrix {}

  @Override
  public int padded(int columns) {
    return columns;
  }

  @Override
  public Matrix pack(FloatBuffer weights, int n, int k) {
    float[] data = new float[n * k];
    for (int row = 0; row < n; row++) {
      for (int column = 0; column < k; column++) {
        data[column * n + row] = weights.get(row * k + column);
      }
    }
    return new Transposed(data, n, k);
  }

  @Override
  public void multiply(
      Matrix weights,
      int rows,
      float[] a,
      int aOffset,
      int aStride,
      float[] z,
      int zOffset,
      int zStride,
      boolean accumulate) {
    Transposed w = (Transposed) weights;
    if (!accumulate) {
      for (int r = 0; r < rows; r++) {
        java.util.Arrays.fill(z, zOffset + r * zStride, zOffset + r * zStride + w.n, 0f);
      }
    }
    for (int from = 0; from < w.k; from += BLOCK) {
      int to = Math.min(w.k, from + BLOCK);
      for (int r = 0; r < rows; r++) {
        addColumns(w, from, to, a, aOffset + r * aStride, z, zOffset + r * zStride);
      }
    }
  }

  /** {@code z[j] += a[k] * w[k, j]} for {@code k} in a block, four at a time. */
  private static void addColumns(
      Transposed w, int from, int to, float[] a, int aRow, float[] z, int zRow) {
    float[] data = w.data;
    int n = w.n;
    int k = from;
    for (; k + 4 <= to; k += 4) {
      float a0 = a[aRow + k];
      float a1 = a[aRow + k + 1];
      float a2 = a[aRow + k + 2];
      float a3 = a[aRow + k + 3];
      int w0 = k * n;
      int w1 = w0 + n;
      int w2 = w1 + n;
      int w3 = w2 + n;
      for (int j = 0; j < n; j++) {
        z[zRow + j] =
            z[zRow + j]
                + a0 * data[w0 + j]
                + a1 * data[w1 + j]
                + a2 * data[w2 + j]
                + a3 * data[w3 + j];
      }
    }
    for (; k < to; k++) {
      float a0 = a[aRow + k];
      int w0 = k * n;
      for (int j = 0; j < n; j++) {
        z[zRow + j] += a0 * data[w0 + j];
      }
    }
  }

  @Override
  public void cell(
      int rows,
      int hidden,
      float[] z,
      int zOffset,
      int zStride,
      float[] bias,
      float[] c,
      float[] h,
      int stride) {
    for (int r = 0; r < rows; r++) {
      int gate = zOffset + r * zStride;
      int state = r * stride;
      for (int j = 0; j < hidden; j++) {
        float i = Activations.sigmoid(z[gate + j] + bias[j]);
        float f = Activations.sigmoid(z[gate + hidden + j] + bias[hidden + j]);
        float g = Activations.tanh(z[gate + 2 * hidden + j] + bias[2 * hidden + j]);
        float o = Activations.sigmoid(z[gate + 3 * hidden + j] + bias[3 * hidden + j]);
        float next = f * c[state + j] + i * g;
        c[state + j] = next;
        h[state + j] = o * Activations.tanh(next);
      }
    }
  }

  @Override
  public String variant() {
    return "scalar";
  }
}
