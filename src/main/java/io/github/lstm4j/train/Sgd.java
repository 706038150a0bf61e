package io.github.lstm4j.train;

import java.util.List;

/**
 * <a href="https://pytorch.org/docs/stable/generated/torch.optim.SGD.html">PyTorch's SGD</a>. With
 * g the gradient and θ the value, in this order:
 *
 * <pre>
 * g ← g + weightDecay · θ
 * b ← momentum · b + (1 - dampening) · g       (b ← g in the first step)
 * g ← g + momentum · b  if nesterov, else b
 * θ ← θ - learningRate · g
 * </pre>
 *
 * Without momentum there is no b, and no state; else it is {@code momentum_buffer}.
 */
public final class Sgd extends BlockOptimizer {
  private final float momentum;
  private final float share;
  private final float weightDecay;
  private final boolean nesterov;
  private boolean first;

  /**
   * Plain gradient descent: no momentum, no weight decay.
   *
   * @param parameters updated by every step; kept
   * @param learningRate 0 or more
   * @throws IllegalArgumentException if a number is outside its range, or a name or a value is
   *     listed twice
   */
  public Sgd(List<Parameter> parameters, double learningRate) {
    this(parameters, learningRate, 0, 0, 0, false);
  }

  /**
   * Takes PyTorch's arguments, in its order.
   *
   * @param parameters updated by every step; kept
   * @param learningRate 0 or more
   * @param momentum 0 or more
   * @param dampening of the gradient in the momentum, finite
   * @param weightDecay 0 or more
   * @param nesterov whether to look ahead; needs momentum and no dampening
   * @throws IllegalArgumentException if a number is outside its range, or a name or a value is
   *     listed twice
   */
  public Sgd(
      List<Parameter> parameters,
      double learningRate,
      double momentum,
      double dampening,
      double weightDecay,
      boolean nesterov) {
    super(parameters, learningRate, stateNames(momentum));
    Checks.notNegative("weightDecay", weightDecay);
    if (!Double.isFinite(dampening)) {
      throw new IllegalArgumentException("dampening: expected a number, got " + dampening);
    }
    if (nesterov && (momentum == 0 || dampening != 0)) {
      throw new IllegalArgumentException(
          "nesterov: expected momentum above 0 and no dampening, got "
              + momentum
              + " and "
              + dampening);
    }
    this.momentum = (float) momentum;
    share = (float) (1 - dampening);
    this.weightDecay = (float) weightDecay;
    this.nesterov = nesterov;
  }

  private static String[] stateNames(double momentum) {
    Checks.notNegative("momentum", momentum);
    return momentum == 0 ? new String[0] : new String[] {"momentum_buffer"};
  }

  @Override
  void begin(long step) {
    first = step == 1;
  }

  @Override
  void update(float[] value, float[] gradient, float[][] state, int count) {
    if (weightDecay != 0) {
      addScaled(gradient, value, weightDecay, count);
    }
    float[] direction = gradient;
    if (state.length > 0) {
      direction = state[0];
      if (first) {
        System.arraycopy(gradient, 0, direction, 0, count);
      } else {
        blend(direction, gradient, count);
      }
      if (nesterov) {
        addScaled(gradient, direction, momentum, count);
        direction = gradient;
      }
    }
    addScaled(value, direction, (float) -learningRate(), count);
  }

  private void blend(float[] buffer, float[] gradient, int count) {
    float keep = momentum;
    float take = share;
    for (int k = 0; k < count; k++) {
      buffer[k] = buffer[k] * keep + take * gradient[k];
    }
  }
}
