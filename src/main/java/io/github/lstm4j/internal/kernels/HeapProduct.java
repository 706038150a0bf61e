package io.github.lstm4j.internal.kernels;

import io.github.lstm4j.internal.memory.Floats;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * {@code left^T · right} with a sum over very many rows, on {@link HeapMath#multiply}: a chunk of
 * rows of the right matrix serves as packed weights, and the left one's is transposed.
 */
final class HeapProduct {
  /** Rows summed at a time; sums of sums round less than one long sum. */
  private static final int CHUNK = 256;

  /**
   * The left matrix: {@code columns} of its columns from {@code first} on, rows {@code stride}
   * apart.
   */
  static final class Left {
    private float[] data;
    private int stride;
    private int first;
    private int columns;
    private int rows;

    Left set(float[] newData, int newStride, int newFirst, int newColumns, int newRows) {
      data = newData;
      stride = newStride;
      first = newFirst;
      columns = newColumns;
      rows = newRows;
      return this;
    }
  }

  private final HeapMath math;
  private final HeapMath.Matrix chunk;
  private final int width;
  private final int stride;
  private final float[] sums;
  private float[] transposed = {};
  private float[] product = {};
  private float[] part = {};
  private double[] columnSums = {};

  /**
   * Makes room.
   *
   * @param width columns of the right matrix
   */
  HeapProduct(HeapMath math, int width) {
    this.math = math;
    this.width = width;
    this.stride = math.padded(width);
    this.chunk = math.matrix(width, CHUNK);
    this.sums = new float[stride];
  }

  int width() {
    return width;
  }

  /**
   * Writes the product, or adds it.
   *
   * @param right rows {@code rightStride} apart; read
   * @param into {@code [.., width]}; rows {@code left.first ..} are written
   */
  void run(Left left, FloatBuffer right, int rightStride, Floats into, boolean add) {
    transposed = HeapKept.atLeast(transposed, left.columns, CHUNK);
    product = HeapKept.atLeast(product, left.columns, stride);
    part = left.rows > CHUNK ? HeapKept.atLeast(part, left.columns, stride) : part;
    for (int row = 0; row < left.rows; row += CHUNK) {
      int some = Math.min(CHUNK, left.rows - row);
      math.packTransposed(right, row * rightStride, rightStride, some, chunk);
      transpose(left, row, some);
      float[] to = row == 0 ? product : part;
      math.multiply(chunk, left.columns, transposed, 0, CHUNK, to, 0, stride, false, sums);
      for (int k = 0; row > 0 && k < left.columns * stride; k++) {
        product[k] += part[k];
      }
    }
    for (int n = 0; n < left.columns; n++) {
      int at = (left.first + n) * width;
      if (add) {
        into.buffer().get(at, sums, 0, width);
        for (int k = 0; k < width; k++) {
          product[n * stride + k] += sums[k];
        }
      }
      into.buffer().put(at, product, n * stride, width);
    }
  }

  /** Rows beyond {@code some} become zeros, like the columns of the packed chunk. */
  private void transpose(Left left, int row, int some) {
    for (int r = 0; r < CHUNK; r++) {
      int from = (row + r) * left.stride + left.first;
      for (int n = 0; n < left.columns; n++) {
        transposed[n * CHUNK + r] = r < some ? left.data[from + n] : 0f;
      }
    }
  }

  /**
   * Writes the sum over the rows to both biases, or adds it: in double precision, because it has as
   * many terms as there are rows.
   */
  void columnSums(Left left, Floats biasIh, Floats biasHh, boolean add) {
    if (columnSums.length < left.columns) {
      columnSums = new double[left.columns];
    }
    Arrays.fill(columnSums, 0);
    for (int r = 0; r < left.rows; r++) {
      int from = r * left.stride + left.first;
      for (int n = 0; n < left.columns; n++) {
        columnSums[n] += left.data[from + n];
      }
    }
    for (int n = 0; n < left.columns; n++) {
      put(biasIh.buffer(), left.first + n, (float) columnSums[n], add);
      put(biasHh.buffer(), left.first + n, (float) columnSums[n], add);
    }
  }

  private static void put(FloatBuffer into, int at, float value, boolean add) {
    into.put(at, add ? into.get(at) + value : value);
  }
}
