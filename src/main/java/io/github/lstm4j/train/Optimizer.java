package io.github.lstm4j.train;

import io.github.lstm4j.Tensor;
import java.util.Map;

/**
 * Updates parameters from their gradients.
 *
 * <p><b>Thread-safety</b>: none; one thread steps, and nobody else reads the parameters meanwhile.
 */
public interface Optimizer {
  /**
   * Makes one update of every parameter: reads the gradients, writes the values and {@link #state}.
   *
   * @throws IllegalStateException if a tensor was closed; nothing is written then
   */
  void step();

  /** Returns the learning rate of the next step. */
  double learningRate();

  /**
   * Changes the learning rate, for example to that of a {@link LearningRate}.
   *
   * @param learningRate 0 or more, finite
   * @throws IllegalArgumentException if it is not
   */
  void setLearningRate(double learningRate);

  /** Returns the number of steps made. */
  long steps();

  /**
   * Says how many steps were made, when a run is resumed and {@link #state} has been written.
   *
   * @param steps from 0 to 10^18 - 1
   * @throws IllegalArgumentException if it is not
   */
  void setSteps(long steps);

  /**
   * Returns what it remembers between steps, zeros at first: for every parameter PyTorch's state
   * tensors in the parameter's shape, named by the parameter, a dot and PyTorch's name, for example
   * {@code lstm.weight_ih_l0.exp_avg}.
   *
   * @return the live tensors in a fixed order; unmodifiable, but for their elements
   */
  Map<String, Tensor> state();
}
