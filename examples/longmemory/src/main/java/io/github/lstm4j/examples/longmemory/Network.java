package io.github.lstm4j.examples.longmemory;

import io.github.lstm4j.Tensor;
import io.github.lstm4j.train.Parameter;
import java.util.List;

/**
 * One recurrent layer that reads whole sequences from a zero state, for one {@code T}, {@code B},
 * {@code I} and {@code H}.
 */
interface Network {
  /**
   * Reads sequences.
   *
   * @param x {@code [T, B, I]}; read, and not to be changed before {@link #backward}
   * @return the last hidden states, {@code [B, H]}; overwritten by the next call
   */
  Tensor forward(Tensor x);

  /**
   * Goes back through the last {@link #forward}, overwriting the gradients of all parameters.
   *
   * @param x as given to {@link #forward}; read
   * @param lastGradient of the last hidden states, {@code [B, H]}; read
   * @param inputGradient {@code [T, B, I]}; written. Or null if it is not wanted.
   */
  void backward(Tensor x, Tensor lastGradient, Tensor inputGradient);

  /** Returns the layer's parameters. */
  List<Parameter> parameters();
}
