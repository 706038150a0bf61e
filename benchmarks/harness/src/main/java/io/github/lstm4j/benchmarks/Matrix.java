package io.github.lstm4j.benchmarks;

/**
 * A weight matrix by columns, so that the product with a vector runs along contiguous memory and
 * the JIT compiler vectorises it: the reference is slow enough as it is.
 */
final class Matrix {
  private final float[][] columns;

  /** Copies a row-major matrix. */
  Matrix(float[] byRows, int columnCount) {
    int rowCount = byRows.length / columnCount;
    columns = new float[columnCount][rowCount];
    for (int row = 0; row < rowCount; row++) {
      for (int column = 0; column < columnCount; column++) {
        columns[column][row] = byRows[row * columnCount + column];
      }
    }
  }

  /** Adds this times {@code x} to {@code sum}. */
  void addProduct(double[] x, double[] sum) {
    for (int k = 0; k < columns.length; k++) {
      float[] column = columns[k];
      double factor = x[k];
      for (int row = 0; row < sum.length; row++) {
        sum[row] += column[row] * factor;
      }
    }
  }
}
