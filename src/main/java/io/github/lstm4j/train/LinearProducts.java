package io.github.lstm4j.train;

import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * The three matrix products of a {@link Linear}, on blocks of rows. All run through {@link #add},
 * whose inner loop goes along rows that are arrays of their own: the JIT compiler uses vector
 * registers for such a loop only if all its arrays have the same index. Forward, these rows are the
 * features of the transposed block, so that a narrow layer costs no more per product than a wide
 * one.
 *
 * <p>Every sum runs over inputs, outputs or rows in their order, whatever the calls; one over rows
 * is made of the sums of {@link #ROWS} each, which round less than one long sum.
 */
final class LinearProducts {
  /** Rows of one block: enough to pay for reading the weights again. */
  static final int ROWS = 256;

  /** Factors of one call of {@link #add}: what they multiply stays in the cache for the next. */
  private static final int FACTORS = 32;

  /** Rows transposed at a time: a cache line. */
  private static final int TILE = 16;

  private final int in;
  private final int out;
  private final float[] factors = new float[ROWS];
  private final float[] outRow;
  private final float[] inRow;
  private final float[] before;
  private final double[] biasSums;
  private float[] tile = {};
  private float[][] transposed = {};
  private float[][] outputs = {};
  private float[][] inputs = {};
  private float[][] gradients = {};
  private float[][] weights = {};

  LinearProducts(int in, int out) {
    this.in = in;
    this.out = out;
    outRow = new float[out];
    inRow = new float[in];
    before = new float[in];
    biasSums = new double[out];
  }

  /** Writes {@code y = x · wᵀ + b} for the rows from {@code first}, at most {@link #ROWS}. */
  void forward(FloatBuffer x, FloatBuffer w, FloatBuffer b, FloatBuffer y, int first, int rows) {
    transposed = atLeast(transposed, in, rows);
    outputs = atLeast(outputs, out, rows);
    transpose(x, first, rows);
    for (int o = 0; o < out; o++) {
      Arrays.fill(outputs[o], 0, rows, b.get(o));
    }
    for (int k = 0; k < in; k += FACTORS) {
      int count = Math.min(FACTORS, in - k);
      for (int o = 0; o < out; o++) {
        w.get(o * in + k, factors, 0, count);
        add(factors, 0, count, transposed, k, outputs[o], rows);
      }
    }
    for (int r = 0; r < rows; r++) {
      for (int o = 0; o < out; o++) {
        outRow[o] = outputs[o][r];
      }
      y.put((first + r) * out, outRow);
    }
  }

  private void transpose(FloatBuffer x, int first, int rows) {
    int stride = in + TILE; // rows a power of two apart would share few lines of the cache
    tile = tile.length == 0 ? new float[TILE * stride] : tile;
    for (int r = 0; r < rows; r += TILE) {
      int count = Math.min(TILE, rows - r);
      for (int j = 0; j < count; j++) {
        x.get((first + r + j) * in, tile, j * stride, in);
      }
      for (int k = 0; k < in; k++) {
        float[] feature = transposed[k];
        for (int j = 0; j < count; j++) {
          feature[r + j] = tile[j * stride + k];
        }
      }
    }
  }

  /** Begins the sums of the bias's gradient with what it holds. */
  void beginBias(FloatBuffer db) {
    for (int o = 0; o < out; o++) {
      biasSums[o] = db.get(o);
    }
  }

  /** Adds {@code dyᵀ · x} of some rows to {@code dw}, and {@code Σ dy} to the bias's sums. */
  void addParameterGradients(FloatBuffer x, FloatBuffer dy, FloatBuffer dw, int first, int rows) {
    inputs = atLeast(inputs, rows, in);
    gradients = atLeast(gradients, rows, out);
    for (int r = 0; r < rows; r++) {
      x.get((first + r) * in, inputs[r], 0, in);
      dy.get((first + r) * out, gradients[r], 0, out);
    }
    for (int o = 0; o < out; o++) {
      for (int r = 0; r < rows; r++) {
        factors[r] = gradients[r][o];
        biasSums[o] += factors[r];
      }
      Arrays.fill(inRow, 0);
      add(factors, 0, rows, inputs, 0, inRow, in);
      dw.get(o * in, before);
      for (int k = 0; k < in; k++) {
        before[k] += inRow[k];
      }
      dw.put(o * in, before);
    }
  }

  /** Writes {@code dx = dy · w} for the rows that {@link #addParameterGradients} has just read. */
  void inputGradients(FloatBuffer w, FloatBuffer dx, int first, int rows) {
    weights = atLeast(weights, Math.min(FACTORS, out), in);
    for (int r = 0; r < rows; r++) {
      Arrays.fill(inputs[r], 0, in, 0);
    }
    for (int o = 0; o < out; o += FACTORS) {
      int count = Math.min(FACTORS, out - o);
      for (int k = 0; k < count; k++) {
        w.get((o + k) * in, weights[k], 0, in);
      }
      for (int r = 0; r < rows; r++) {
        add(gradients[r], o, count, weights, 0, inputs[r], in);
      }
    }
    for (int r = 0; r < rows; r++) {
      dx.put((first + r) * in, inputs[r], 0, in);
    }
  }

  /** Writes the bias's gradient. */
  void endBias(FloatBuffer db) {
    for (int o = 0; o < out; o++) {
      db.put(o, (float) biasSums[o]);
    }
  }

  /** Adds {@code Σ a[at + k] · b[from + k]} over {@code count} of them to the first n of c. */
  private static void add(float[] a, int at, int count, float[][] b, int from, float[] c, int n) {
    int k = 0;
    for (; k + 4 <= count; k += 4) {
      int j = from + k;
      int i = at + k;
      addFour(n, c, a[i], b[j], a[i + 1], b[j + 1], a[i + 2], b[j + 2], a[i + 3], b[j + 3]);
    }
    for (; k < count; k++) {
      addOne(n, c, a[at + k], b[from + k]);
    }
  }

  private static void addFour(
      int n,
      float[] c,
      float a0,
      float[] b0,
      float a1,
      float[] b1,
      float a2,
      float[] b2,
      float a3,
      float[] b3) {
    for (int j = 0; j < n; j++) {
      c[j] = c[j] + a0 * b0[j] + a1 * b1[j] + a2 * b2[j] + a3 * b3[j];
    }
  }

  private static void addOne(int n, float[] c, float a, float[] b) {
    for (int j = 0; j < n; j++) {
      c[j] += a * b[j];
    }
  }

  /** Returns rows of at least this number and length, the given ones if they will do. */
  private static float[][] atLeast(float[][] rows, int count, int length) {
    boolean enough = rows.length >= count && (count == 0 || rows[0].length >= length);
    return enough ? rows : new float[count][length];
  }
}
