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

  /** Packs a row-major {@code [n, k]} matrix. */
  Matrix pack(FloatBuffer weights, int n, int k);

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
   * The fused cell, as lstm4j_cell in native/include/lstm4j.h.
   *
   * @param z gate rows of {@code 4 * hidden} floats at {@code zOffset + r * zStride}; read
   * @param bias {@code 4 * hidden} floats; read
   * @param c row {@code r} at {@code r * stride}; updated
   * @param h row {@code r} at {@code r * stride}; written
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
      int stride);

  /** What {@link Kernels#variant} says. */
  String variant();
}
