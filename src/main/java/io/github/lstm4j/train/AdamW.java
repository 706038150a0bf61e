package io.github.lstm4j.train;

import java.util.List;

/**
 * <a href="https://pytorch.org/docs/stable/generated/torch.optim.AdamW.html">PyTorch's AdamW</a>
 * (Loshchilov and Hutter, "Decoupled weight decay regularization", 2019): {@link Adam}, with
 *
 * <pre>
 * θ ← θ - learningRate · weightDecay · θ
 * </pre>
 *
 * in place of the first line.
 */
public final class AdamW extends Adam {
  /**
   * PyTorch's defaults: β₁ = 0.9, β₂ = 0.999, ε = 10⁻⁸, weight decay 0.01.
   *
   * @param parameters updated by every step; kept
   * @param learningRate 0 or more; PyTorch's default is 0.001
   * @throws IllegalArgumentException if the rate is outside its range, or a name or a value is
   *     listed twice
   */
  public AdamW(List<Parameter> parameters, double learningRate) {
    this(parameters, learningRate, 0.9, 0.999, 1e-8, 0.01);
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
  public AdamW(
      List<Parameter> parameters,
      double learningRate,
      double beta1,
      double beta2,
      double epsilon,
      double weightDecay) {
    super(parameters, learningRate, beta1, beta2, epsilon, weightDecay, true);
  }
}
