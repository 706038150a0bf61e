package io.github.lstm4j.examples.longmemory;

import io.github.lstm4j.Tensor;
import io.github.lstm4j.train.CounterRandom;

/**
 * Random orthogonal matrices: all their singular values, and the moduli of all eigenvalues, are 1.
 */
final class Orthogonal {
  private Orthogonal() {}

  /**
   * Makes one by the method of Gram and Schmidt from rows of normal random numbers.
   *
   * @param n its rows and columns
   * @param gain what every number is multiplied by, and thereby the spectral radius
   * @return {@code [n, n]}
   */
  static Tensor matrix(int n, double gain, long seed) {
    double[][] rows = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        rows[i][j] = CounterRandom.gaussian(seed, (long) i * n + j);
      }
      // Twice: what rounding leaves of the other rows after the first time, the second removes.
      for (int k = 0; k < 2 * i; k++) {
        add(rows[i], rows[k % i], -dot(rows[i], rows[k % i]));
      }
      double norm = Math.sqrt(dot(rows[i], rows[i]));
      for (int j = 0; j < n; j++) {
        rows[i][j] /= norm;
      }
    }
    Tensor matrix = Tensor.allocate(n, n);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        matrix.set((float) (gain * rows[i][j]), i, j);
      }
    }
    return matrix;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int k = 0; k < a.length; k++) {
      sum += a[k] * b[k];
    }
    return sum;
  }

  private static void add(double[] a, double[] b, double factor) {
    for (int k = 0; k < a.length; k++) {
      a[k] += factor * b[k];
    }
  }
}
