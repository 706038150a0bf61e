package io.github.lstm4j.internal.kernels;

import java.nio.FloatBuffer;

/**
 * The arithmetic of the Java backends, over float arrays. Rows may be wider than their content:
 * {@link #padded} says to how much, so that vector code needs no tails; what lies in the padding is
 * unspecified and never read as data.
 */
interface HeapMath {
  /** A weight matrix in the form that {@link #multiply} wants. */
  interface Matrix {}

  /** Returns the row width that {@code columns} columns need. */
  int padded(int columns);

  /** Makes room for a packed {@code [n, k]} matrix. */
  Matrix matrix(int n, int k);

  /** Packs a row-major {@code [n, k]} matrix. */
  void pack(FloatBuffer weights, Matrix into);

  /**
   * Packs a matrix that is given transposed: row {@code j} at {@code at + j * stride} has the
   * {@code n} numbers of column {@code j}. Columns from {@code rows} to {@code k} become zeros.
   */
  void packTransposed(FloatBuffer from, int at, int stride, int rows, Matrix into);

  /**
   * {@code z (+)= a · W^T}, every row of {@code z} summed in the same order whatever rows stand
   * beside it.
   *
   * @param a row {@code r} at {@code aOffset + r * aStride}, {@code k} floats; read
   * @param z row {@code r} at {@code zOffset + r * zStride}, written up to {@code padded(n)} floats
   * @param accumulate whether to add to {@code z} or to overwrite it
   * @param sums room for a row of sums, {@code padded(n)} floats
   */
  void multiply(
      Matrix weights,
      int rows,
      float[] a,
      int aOffset,
      int aStride,
      float[] z,
      int zOffset,
      int zStride,
      boolean accumulate,
      float[] sums);

  /**
   * The cell, as lstm4j_cell in native/include/lstm4j.h.
   *
   * @param z gate rows of {@code 4 * hidden} floats at {@code zOffset + r * zStride}; read
   * @param bias {@code 4 * hidden} floats; read
   * @param c row {@code r} at {@code r * stride}; updated
   * @param h row {@code r} at {@code r * stride}; written
   * @param gates row {@code r}'s i, f, g and o, {@code stride} apart, at {@code gatesOffset + r *
   *     gatesStride}; written. Nobody needs them later if {@code gatesStride} is 0
   */
  void cell(
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
      int gatesStride);

  /**
   * The gradient of the cell, as in lstm4j_backward of native/include/lstm4j.h.
   *
   * @param gates as kept; read
   * @param cBefore row {@code r} at {@code cOffset + r * stride}; read
   * @param dH row {@code r} at {@code r * stride}; read
   * @param dC row {@code r} at {@code r * stride}; updated
   * @param dZ row {@code r} at {@code zOffset + r * zStride}, {@code 4 * hidden} floats; written
   * @param tanhC row {@code r} at {@code r * stride}: receives {@code tanh(c)}
   */
  void cellGradient(
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
      int stride);

  /** What {@link Kernels#variant} says. */
  String variant();
}
