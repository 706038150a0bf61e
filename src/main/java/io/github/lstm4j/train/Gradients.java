package io.github.lstm4j.train;

import io.github.lstm4j.Tensor;
import java.nio.FloatBuffer;
import java.util.List;

/** What is done to all gradients of a model together. Thread-safe: the methods share nothing. */
public final class Gradients {
  private static final int BLOCK = 1024;

  private Gradients() {}

  /**
   * Writes zeros, as {@code optimizer.zero_grad(set_to_none=False)}.
   *
   * @param parameters the gradients are written
   * @throws IllegalStateException if a tensor was closed; nothing is written then
   */
  public static void zero(List<Parameter> parameters) {
    Checks.notNull("parameters", parameters);
    Checks.open(parameters);
    for (Parameter parameter : parameters) {
      parameter.gradient().fill(0);
    }
  }

  /**
   * Scales all gradients by one factor so that their common Euclidean norm is at most {@code
   * maxNorm}: {@code torch.nn.utils.clip_grad_norm_}. With {@code norm = √(Σ g²)} over all elements
   * of all gradients, every element is multiplied by {@code maxNorm / (norm + 10⁻⁶)} if that is
   * below 1.
   *
   * <p>Unlike PyTorch's default, a norm that is not finite changes nothing (PyTorch would turn the
   * gradients to NaN or 0): check what is returned, and do not step.
   *
   * @param parameters the gradients are read and written
   * @param maxNorm 0 or more; infinity only measures
   * @return the norm before scaling, accumulated in double precision; NaN or infinite if a gradient
   *     is
   * @throws IllegalArgumentException if {@code maxNorm} is negative or NaN
   */
  public static double clipByNorm(List<Parameter> parameters, double maxNorm) {
    Checks.notNull("parameters", parameters);
    if (!(maxNorm >= 0)) {
      throw new IllegalArgumentException("maxNorm: expected 0 or more, got " + maxNorm);
    }
    Checks.open(parameters);
    float[] block = new float[BLOCK];
    double squares = 0;
    for (Parameter parameter : parameters) {
      squares += sumOfSquares(parameter.gradient(), block);
    }
    double norm = Math.sqrt(squares);
    double factor = maxNorm / (norm + 1e-6);
    if (norm <= Double.MAX_VALUE && factor < 1) {
      for (Parameter parameter : parameters) {
        scale(parameter.gradient(), (float) factor, block);
      }
    }
    return norm;
  }

  private static double sumOfSquares(Tensor gradient, float[] block) {
    FloatBuffer data = gradient.data();
    // Four sums of their own, as one alone would wait for each addition; always in this order.
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    for (int from = 0; from < gradient.size(); from += BLOCK) {
      int count = Math.min(BLOCK, gradient.size() - from);
      data.get(from, block, 0, count);
      int k = 0;
      for (; k + 4 <= count; k += 4) {
        s0 += (double) block[k] * block[k];
        s1 += (double) block[k + 1] * block[k + 1];
        s2 += (double) block[k + 2] * block[k + 2];
        s3 += (double) block[k + 3] * block[k + 3];
      }
      for (; k < count; k++) {
        s0 += (double) block[k] * block[k];
      }
    }
    return (s0 + s1) + (s2 + s3);
  }

  private static void scale(Tensor gradient, float factor, float[] block) {
    FloatBuffer data = gradient.data();
    for (int from = 0; from < gradient.size(); from += BLOCK) {
      int count = Math.min(BLOCK, gradient.size() - from);
      data.get(from, block, 0, count);
      for (int k = 0; k < count; k++) {
        block[k] *= factor;
      }
      data.put(from, block, 0, count);
    }
  }
}
