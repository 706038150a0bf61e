package io.github.lstm4j.train;

import java.util.List;

/**
 * <a href="https://pytorch.org/docs/stable/generated/torch.optim.Adam.html">PyTorch's Adam</a>
 * (Kingma and Ba, "Adam: a method for stochastic optimization", 2015), without amsgrad. With g the
 * gradient, θ the value and t the step counted from 1, in this order:
 *
 * <pre>
 * g ← g + weightDecay · θ
 * m ← β₁ · m + (1 - β₁) · g
 * v ← β₂ · v + (1 - β₂) · g²
 * θ ← θ - learningRate / (1 - β₁ᵗ) · m / (√v / √(1 - β₂ᵗ) + ε)
 * </pre>
 *
 * The factors are computed in double precision, once for all elements; the elements in float32, as
 * PyTorch does. m and v are the state {@code exp_avg} and {@code exp_avg_sq}.
 */
public sealed class Adam extends BlockOptimizer permits AdamW {
  private final double beta1;
  private final double beta2;
  private final double epsilon;
  private final double weightDecay;
  private final boolean decoupled;
  private float stepSize;
  private float correction;

  /**
   * PyTorch's defaults: β₁ = 0.9, β₂ = 0.999, ε = 10⁻⁸, no weight decay.
   *
   * @param parameters updated by every step; kept
   * @param learningRate 0 or more; PyTorch's default is 0.001
   * @throws IllegalArgumentException if the rate is outside its range, or a name or a value is
   *     listed twice
   */
  public Adam(List<Parameter> parameters, double learningRate) {
    this(parameters, learningRate, 0.9, 0.999, 1e-8, 0);
  }

  /**
   * Takes PyTorch's arguments, in its order.
   *
   * @param parameters updated by every step; kept
   * @param learningRate 0 or more
   * @param beta1 β₁, how much of m is kept: from 0, below 1
   * @param beta2 β₂, how much of v is kept: from 0, below 1
   * @param epsilon ε, 0 or more
   * @param weightDecay 0 or more
   * @throws IllegalArgumentException if a number is outside its range, or a name or a value is
   *     listed twice
   */
  public Adam(
      List<Parameter> parameters,
      double learningRate,
      double beta1,
      double beta2,
      double epsilon,
      double weightDecay) {
    this(parameters, learningRate, beta1, beta2, epsilon, weightDecay, false);
  }

  Adam(
      List<Parameter> parameters,
      double learningRate,
      double beta1,
      double beta2,
      double epsilon,
      double weightDecay,
      boolean decoupled) {
    super(parameters, learningRate, "exp_avg", "exp_avg_sq");
    Checks.share("beta1", beta1);
    Checks.share("beta2", beta2);
    Checks.notNegative("epsilon", epsilon);
    Checks.notNegative("weightDecay", weightDecay);
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.epsilon = epsilon;
    this.weightDecay = weightDecay;
    this.decoupled = decoupled;
  }

  @Override
  final void begin(long step) {
    stepSize = (float) (learningRate() / (1 - StrictMath.pow(beta1, step)));
    correction = (float) (1 / Math.sqrt(1 - StrictMath.pow(beta2, step)));
  }

  @Override
  final void update(float[] value, float[] gradient, float[][] state, int count) {
    if (weightDecay != 0) {
      if (decoupled) {
        scale(value, (float) (1 - learningRate() * weightDecay), count);
      } else {
        addScaled(gradient, value, (float) weightDecay, count);
      }
    }
    blend(state[0], (float) beta1, gradient, (float) (1 - beta1), count);
    blendSquares(state[1], (float) beta2, gradient, (float) (1 - beta2), count);
    move(value, stepSize, state[0], state[1], correction, (float) epsilon, count);
  }

  private static void scale(float[] value, float factor, int count) {
    for (int k = 0; k < count; k++) {
      value[k] *= factor;
    }
  }

  private static void blend(float[] m, float keep, float[] g, float take, int count) {
    for (int k = 0; k < count; k++) {
      m[k] = m[k] * keep + take * g[k];
    }
  }

  private static void blendSquares(float[] v, float keep, float[] g, float take, int count) {
    for (int k = 0; k < count; k++) {
      v[k] = v[k] * keep + take * g[k] * g[k];
    }
  }

  private static void move(
      float[] value, float size, float[] m, float[] v, float correction, float epsilon, int count) {
    for (int k = 0; k < count; k++) {
      float root = (float) Math.sqrt(v[k]);
      value[k] -= size * m[k] / (root * correction + epsilon);
    }
  }
}
