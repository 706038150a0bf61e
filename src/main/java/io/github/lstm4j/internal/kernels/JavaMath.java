package io.github.lstm4j.internal.kernels;

import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * Plain Java. Weights are transposed, one array per input, so that the inner loop runs over the
 * columns. The JIT compiler uses vector registers for such a loop only if all its arrays have the
 * same index: with offsets it cannot rule out that a store changes a later load. So the sums of a
 * row are copied to an array of their own. No fused multiply-add, which is a library call where the
 * CPU has none.
 */
final class JavaMath implements HeapMath {
  /** Inputs taken at a time: their weights stay in the L2 cache for all batch rows. */
  private static final int BLOCK = 64;

  /** {@code columns[k][n]}: what input {@code k} is multiplied by for sum {@code n}. */
  private record Transposed(float[][] columns, int n) implements Matrix {}

  @Override
  public Matrix matrix(int n, int k) {
    return new Transposed(new float[k][n], n);
  }

  @Override
  public int padded(int columns) {
    return columns;
  }

  @Override
  public void pack(FloatBuffer weights, Matrix into) {
    Transposed w = (Transposed) into;
    int k = w.columns.length;
    for (int row = 0; row < w.n; row++) {
      for (int column = 0; column < k; column++) {
        w.columns[column][row] = weights.get(row * k + column);
      }
    }
  }

  @Override
  public void packTransposed(FloatBuffer from, int at, int stride, int rows, Matrix into) {
    Transposed w = (Transposed) into;
    for (int j = 0; j < rows; j++) {
      from.get(at + j * stride, w.columns[j]);
    }
    for (int j = rows; j < w.columns.length; j++) {
      Arrays.fill(w.columns[j], 0f);
    }
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
      boolean accumulate,
      float[] sums) {
    Transposed w = (Transposed) weights;
    int inputs = w.columns.length;
    if (!accumulate) {
      for (int r = 0; r < rows; r++) {
        Arrays.fill(z, zOffset + r * zStride, zOffset + r * zStride + w.n, 0f);
      }
    }
    for (int from = 0; from < inputs; from += BLOCK) {
      int to = Math.min(inputs, from + BLOCK);
      for (int r = 0; r < rows; r++) {
        int zRow = zOffset + r * zStride;
        System.arraycopy(z, zRow, sums, 0, w.n);
        addInputs(w, from, to, a, aOffset + r * aStride, sums);
        System.arraycopy(sums, 0, z, zRow, w.n);
      }
    }
  }

  private static void addInputs(Transposed w, int from, int to, float[] a, int aRow, float[] sums) {
    float[][] columns = w.columns;
    int k = from;
    for (; k + 4 <= to; k += 4) {
      addFour(
          w.n,
          sums,
          a[aRow + k],
          columns[k],
          a[aRow + k + 1],
          columns[k + 1],
          a[aRow + k + 2],
          columns[k + 2],
          a[aRow + k + 3],
          columns[k + 3]);
    }
    for (; k < to; k++) {
      addOne(w.n, sums, a[aRow + k], columns[k]);
    }
  }

  private static void addFour(
      int n,
      float[] sums,
      float a0,
      float[] w0,
      float a1,
      float[] w1,
      float a2,
      float[] w2,
      float a3,
      float[] w3) {
    for (int j = 0; j < n; j++) {
      sums[j] = sums[j] + a0 * w0[j] + a1 * w1[j] + a2 * w2[j] + a3 * w3[j];
    }
  }

  private static void addOne(int n, float[] sums, float a, float[] w) {
    for (int j = 0; j < n; j++) {
      sums[j] += a * w[j];
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
      int stride,
      float[] gates,
      int gatesOffset,
      int gatesStride) {
    for (int r = 0; r < rows; r++) {
      int gate = zOffset + r * zStride;
      int keep = gatesOffset + r * gatesStride;
      int state = r * stride;
      for (int j = 0; j < hidden; j++) {
        float i = Activations.sigmoid(z[gate + j] + bias[j]);
        float f = Activations.sigmoid(z[gate + hidden + j] + bias[hidden + j]);
        float g = Activations.tanh(z[gate + 2 * hidden + j] + bias[2 * hidden + j]);
        float o = Activations.sigmoid(z[gate + 3 * hidden + j] + bias[3 * hidden + j]);
        float next = f * c[state + j] + i * g;
        c[state + j] = next;
        h[state + j] = o * Activations.tanh(next);
        gates[keep + j] = i;
        gates[keep + stride + j] = f;
        gates[keep + 2 * stride + j] = g;
        gates[keep + 3 * stride + j] = o;
      }
    }
  }

  @Override
  public void cellGradient(
      int rows,
      int hidden,
      float[] gates,
      int gatesOffset,
      float[] cBefore,
      int cOffset,
      float[] dH,
      float[] dC,
      float[] dZ,
      int zOffset,
      int zStride,
      float[] tanhC,
      int stride) {
    for (int r = 0; r < rows; r++) {
      int gate = gatesOffset + 4 * r * stride;
      int before = cOffset + r * stride;
      int state = r * stride;
      int z = zOffset + r * zStride;
      for (int j = 0; j < hidden; j++) {
        float i = gates[gate + j];
        float f = gates[gate + stride + j];
        float g = gates[gate + 2 * stride + j];
        float o = gates[gate + 3 * stride + j];
        float y = Activations.tanh(f * cBefore[before + j] + i * g);
        float h = dH[state + j];
        float c = h * o * (1f - y * y) + dC[state + j];
        tanhC[state + j] = y;
        dC[state + j] = c * f;
        dZ[z + j] = c * g * (i * (1f - i));
        dZ[z + hidden + j] = c * cBefore[before + j] * (f * (1f - f));
        dZ[z + 2 * hidden + j] = c * i * (1f - g * g);
        dZ[z + 3 * hidden + j] = h * y * (o * (1f - o));
      }
    }
  }

  @Override
  public String variant() {
    return "scalar";
  }
}
