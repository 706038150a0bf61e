package io.github.lstm4j.train;

import io.github.lstm4j.Tensor;
import java.nio.FloatBuffer;

/**
 * PyTorch's {@code nn.MSELoss} with its default reduction: {@code Σ (predicted - target)² / n} over
 * all {@code n} elements. Thread-safe: nothing is shared.
 */
public final class MeanSquaredError {
  private static final int BLOCK = 512;

  private MeanSquaredError() {}

  /**
   * Computes the loss, and its gradient {@code 2 · (predicted - target) / n}, in float32, on
   * request.
   *
   * @param predicted any shape; read
   * @param target the same shape; read
   * @param gradient with respect to {@code predicted}, in its shape; overwritten. May be {@code
   *     predicted} itself, or null if it is not wanted.
   * @return the mean, accumulated in double precision; 0 if there are no elements, where PyTorch's
   *     is NaN
   * @throws IllegalArgumentException if the shapes differ
   */
  public static double loss(Tensor predicted, Tensor target, Tensor gradient) {
    Checks.notNull("predicted", predicted);
    Checks.sameShape("target", target, "predicted", predicted);
    if (gradient != null) {
      Checks.sameShape("gradient", gradient, "predicted", predicted);
    }
    int n = predicted.size();
    FloatBuffer y = predicted.data();
    FloatBuffer t = target.data();
    FloatBuffer dy = gradient == null ? null : gradient.data();
    float[] values = new float[Math.min(BLOCK, n)];
    float[] targets = new float[values.length];
    float factor = (float) (2.0 / n);
    double sum = 0;
    for (int from = 0; from < n; from += BLOCK) {
      int count = Math.min(BLOCK, n - from);
      y.get(from, values, 0, count);
      t.get(from, targets, 0, count);
      sum += squares(values, targets, count);
      if (dy != null) {
        for (int k = 0; k < count; k++) {
          values[k] = (values[k] - targets[k]) * factor;
        }
        dy.put(from, values, 0, count);
      }
    }
    return n == 0 ? 0 : sum / n;
  }

  /** Four sums of their own, as one alone would wait for each addition; always in this order. */
  private static double squares(float[] values, float[] targets, int count) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int k = 0;
    for (; k + 4 <= count; k += 4) {
      double d0 = (double) values[k] - targets[k];
      double d1 = (double) values[k + 1] - targets[k + 1];
      double d2 = (double) values[k + 2] - targets[k + 2];
      double d3 = (double) values[k + 3] - targets[k + 3];
      s0 += d0 * d0;
      s1 += d1 * d1;
      s2 += d2 * d2;
      s3 += d3 * d3;
    }
    for (; k < count; k++) {
      double d = (double) values[k] - targets[k];
      s0 += d * d;
    }
    return (s0 + s1) + (s2 + s3);
  }
}
