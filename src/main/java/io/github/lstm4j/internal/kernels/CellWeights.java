package io.github.lstm4j.internal.kernels;

import io.github.lstm4j.internal.memory.Floats;
import java.nio.FloatBuffer;

/**
 * The parameters of one layer in one direction, as PyTorch stores them: row-major, gate order i, f,
 * g, o; or their gradients.
 *
 * @param inputSize width of a row of {@code weightIh}
 * @param hiddenSize {@code H}
 * @param projSize {@code P}, or 0
 * @param weightIh {@code [4H, inputSize]}
 * @param weightHh {@code [4H, P or H]}
 * @param biasIh {@code [4H]}, or null
 * @param biasHh {@code [4H]}, or null
 * @param weightHr {@code [P, H]}, or null
 */
public record CellWeights(
    int inputSize,
    int hiddenSize,
    int projSize,
    Floats weightIh,
    Floats weightHh,
    Floats biasIh,
    Floats biasHh,
    Floats weightHr) {

  /** Width of {@code h}: {@code P} if there is a projection, else {@code H}. */
  public int outputSize() {
    return projSize > 0 ? projSize : hiddenSize;
  }

  /** Writes zeros to all. */
  public void zero() {
    zero(weightIh);
    zero(weightHh);
    zero(biasIh);
    zero(biasHh);
    zero(weightHr);
  }

  private static void zero(Floats floats) {
    if (floats != null) {
      floats.zero(0, floats.size());
    }
  }

  /**
   * Writes {@code b_ih + b_hh}, or zeros without biases: the gates only ever need the sum.
   *
   * @param sum receives {@code 4H} numbers
   */
  void biasSum(FloatBuffer sum) {
    for (int k = 0; k < 4 * hiddenSize; k++) {
      sum.put(k, biasIh == null ? 0f : biasIh.buffer().get(k) + biasHh.buffer().get(k));
    }
  }
}
