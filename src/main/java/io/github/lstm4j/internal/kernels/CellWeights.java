package io.github.lstm4j.internal.kernels;

import java.nio.FloatBuffer;

/**
 * The parameters of one layer in one direction, as PyTorch stores them: row-major, gate order i, f,
 * g, o. Read while a backend makes its own form of them, not kept.
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
    FloatBuffer weightIh,
    FloatBuffer weightHh,
    FloatBuffer biasIh,
    FloatBuffer biasHh,
    FloatBuffer weightHr) {

  /** Width of {@code h}: {@code P} if there is a projection, else {@code H}. */
  public int outputSize() {
    return projSize > 0 ? projSize : hiddenSize;
  }

  /** Returns {@code b_ih + b_hh}, or zeros without biases: the gates only ever need the sum. */
  public float[] biasSum() {
    float[] sum = new float[4 * hiddenSize];
    if (biasIh != null) {
      for (int k = 0; k < sum.length; k++) {
        sum[k] = biasIh.get(k) + biasHh.get(k);
      }
    }
    return sum;
  }
}
