package io.github.lstm4j.train;

import io.github.lstm4j.Tensor;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * PyTorch's {@code nn.CrossEntropyLoss} with class indices and its default reduction: the mean over
 * the rows that count of {@code -log softmax(logits)[target]}. Rows whose target is {@link #IGNORE}
 * (padding) do not count.
 *
 * <p>The largest logit of a row is subtracted before anything is exponentiated, so no finite logit
 * overflows. Thread-safe: nothing is shared.
 */
public final class CrossEntropy {
  /** The target of a row that does not count: PyTorch's {@code ignore_index}. */
  public static final int IGNORE = -100;

  private CrossEntropy() {}

  /**
   * Computes the loss, and its gradient {@code (softmax(logits) - onehot(target)) / m} on request,
   * where {@code m} rows count.
   *
   * @param logits {@code [.., C]}: one row per target, C classes; read
   * @param targets from 0 to {@code C - 1}, or {@link #IGNORE}; read
   * @param gradient with respect to {@code logits}, in their shape; overwritten, with zeros in
   *     ignored rows. May be {@code logits} themselves, or null if it is not wanted.
   * @return the mean, accumulated in double precision; 0 with a gradient of zeros if no row counts,
   *     where PyTorch's is NaN and would spoil every parameter
   * @throws IllegalArgumentException if the shapes do not fit or a target is out of range
   */
  public static double loss(Tensor logits, int[] targets, Tensor gradient) {
    Checks.notNull("logits", logits);
    Checks.notNull("targets", targets);
    int classes = classes(logits);
    Checks.rows("logits", logits, classes, targets.length);
    if (gradient != null) {
      Checks.sameShape("gradient", gradient, "logits", logits);
    }
    int counted = count(targets, classes);
    FloatBuffer x = logits.data();
    FloatBuffer dx = gradient == null ? null : gradient.data();
    float[] row = new float[classes];
    double[] exps = new double[classes];
    double sum = 0;
    for (int r = 0; r < targets.length; r++) {
      int target = targets[r];
      if (target != IGNORE) {
        x.get(r * classes, row);
        double most = max(row);
        double total = exponentials(row, most, exps);
        sum += Math.log(total) - (row[target] - most);
        exps[target] -= total; // softmax - 1, times the total
        divide(exps, total * counted, row);
      } else {
        Arrays.fill(row, 0);
      }
      if (dx != null) {
        dx.put(r * classes, row);
      }
    }
    return counted == 0 ? 0 : sum / counted;
  }

  /**
   * Turns logits into probabilities: {@code softmax} over the last dimension, for prediction.
   *
   * @param logits {@code [.., C]}; read
   * @param into the same shape; written, each row adds up to 1. May be {@code logits} themselves.
   * @throws IllegalArgumentException if the shapes differ or there is no last dimension
   */
  public static void probabilities(Tensor logits, Tensor into) {
    Checks.notNull("logits", logits);
    int classes = classes(logits);
    Checks.sameShape("into", into, "logits", logits);
    FloatBuffer x = logits.data();
    FloatBuffer y = into.data();
    float[] row = new float[classes];
    double[] exps = new double[classes];
    for (int at = 0; at < logits.size(); at += classes) {
      x.get(at, row);
      divide(exps, exponentials(row, max(row), exps), row);
      y.put(at, row);
    }
  }

  private static int classes(Tensor logits) {
    int classes = logits.rank() == 0 ? 0 : logits.dim(logits.rank() - 1);
    if (classes == 0) {
      throw new IllegalArgumentException("logits: expected shape [.., C], got " + logits);
    }
    return classes;
  }

  /** Returns how many targets count. */
  private static int count(int[] targets, int classes) {
    int count = 0;
    for (int r = 0; r < targets.length; r++) {
      if (targets[r] != IGNORE) {
        if (targets[r] < 0 || targets[r] >= classes) {
          throw new IllegalArgumentException(
              "targets["
                  + r
                  + "]: expected 0.."
                  + (classes - 1)
                  + " or "
                  + IGNORE
                  + " (ignored), got "
                  + targets[r]);
        }
        count++;
      }
    }
    return count;
  }

  private static double max(float[] row) {
    float most = Float.NEGATIVE_INFINITY;
    for (float x : row) {
      most = Math.max(most, x);
    }
    return most;
  }

  /** Fills {@code exps} with {@code e^(x - most)} and returns their sum. */
  private static double exponentials(float[] row, double most, double[] exps) {
    double total = 0;
    for (int c = 0; c < row.length; c++) {
      exps[c] = Math.exp(row[c] - most);
      total += exps[c];
    }
    return total;
  }

  private static void divide(double[] exps, double by, float[] into) {
    for (int c = 0; c < into.length; c++) {
      into[c] = (float) (exps[c] / by);
    }
  }
}
