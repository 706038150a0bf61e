package io.github.lstm4j.train;

import io.github.lstm4j.Tensor;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * PyTorch's {@code nn.Linear}: {@code y = x · weightᵀ + bias}, for every row of the input, with
 * {@code weight [out, in]} and {@code bias [out]}, or without a bias.
 *
 * <p>A row's answer has the same bits whatever rows stand beside it.
 *
 * <p><b>Thread-safety</b>: none, it keeps scratch memory between calls. Several may share tensors.
 */
public final class Linear {
  private final Tensor weight;
  private final Tensor bias;
  private final Tensor weightGradient;
  private final Tensor biasGradient;
  private final boolean hasBias;
  private final int in;
  private final int out;
  private final LinearProducts products;

  private Linear(Tensor weight, Tensor bias) {
    this.weight = weight;
    hasBias = bias != null;
    this.bias = hasBias ? bias : Tensor.allocate(weight.dim(0));
    weightGradient = Tensor.allocate(weight.shape());
    biasGradient = Tensor.allocate(weight.dim(0));
    out = weight.dim(0);
    in = weight.dim(1);
    products = new LinearProducts(in, out);
  }

  /**
   * Makes a layer of given weights.
   *
   * @param weight {@code [out, in]}; shared, and read by every call
   * @param bias {@code [out]}; shared, and read by every call; null for none
   * @throws IllegalArgumentException if the shapes do not fit
   */
  public static Linear of(Tensor weight, Tensor bias) {
    Checks.notNull("weight", weight);
    if (weight.rank() != 2 || weight.size() == 0) {
      throw new IllegalArgumentException("weight: expected shape [out, in], got " + weight);
    }
    if (bias != null && (bias.rank() != 1 || bias.dim(0) != weight.dim(0))) {
      throw new IllegalArgumentException(
          "bias: expected shape [" + weight.dim(0) + "], got " + Arrays.toString(bias.shape()));
    }
    return new Linear(weight, bias);
  }

  /**
   * Makes a fresh layer as PyTorch initialises it: weight and bias from the uniform distribution on
   * [-1/√in, 1/√in). Element {@code k} of the weight, and of the bias after it, is made of {@code
   * CounterRandom.uniform(seed, k)}.
   *
   * @param inFeatures in, 1 or more
   * @param outFeatures out, 1 or more
   * @param seed any number
   * @throws IllegalArgumentException if a number is outside its range
   */
  public static Linear initialize(int inFeatures, int outFeatures, long seed) {
    Checks.positive("inFeatures", inFeatures);
    Checks.positive("outFeatures", outFeatures);
    Linear linear = of(Tensor.allocate(outFeatures, inFeatures), Tensor.allocate(outFeatures));
    double bound = 1 / Math.sqrt(inFeatures);
    fill(linear.weight, bound, seed, 0);
    fill(linear.bias, bound, seed, linear.weight.size());
    return linear;
  }

  private static void fill(Tensor tensor, double bound, long seed, long counter) {
    FloatBuffer data = tensor.data();
    for (int k = 0; k < data.capacity(); k++) {
      data.put(k, (float) ((2 * CounterRandom.uniform(seed, counter + k) - 1) * bound));
    }
  }

  /**
   * Multiplies.
   *
   * @param input {@code [.., in]}; read
   * @param into {@code [.., out]} with as many rows; written. Memory of its own.
   * @throws IllegalArgumentException if the shapes do not fit, or {@code into} {@linkplain
   *     Tensor#sharesMemory shares memory} with the input, the weight or the bias
   */
  public void forward(Tensor input, Tensor into) {
    int rows = Checks.rows("input", input, in);
    Checks.rows("into", into, out, rows);
    Checks.notSameMemory("into", into, "input", input);
    Checks.notSameMemory("into", into, "weight", weight);
    Checks.notSameMemory("into", into, "bias", bias);
    FloatBuffer x = input.data();
    FloatBuffer y = into.data();
    FloatBuffer w = weight.data();
    FloatBuffer b = bias.data();
    for (int first = 0; first < rows; first += LinearProducts.ROWS) {
      products.forward(x, w, b, y, first, Math.min(LinearProducts.ROWS, rows - first));
    }
  }

  /**
   * Computes the gradients {@code dweight = outputGradientᵀ · input}, {@code dbias = Σ
   * outputGradient} over the rows (in double precision) and {@code dinput = outputGradient ·
   * weight}.
   *
   * @param input as given to {@link #forward}; read
   * @param outputGradient {@code [.., out]} with as many rows; read
   * @param inputGradient {@code [.., in]} with as many rows; always overwritten. Memory of its own,
   *     or null if it is not wanted.
   * @param accumulate whether to add to the gradients of weight and bias, as PyTorch does, or to
   *     overwrite them
   * @throws IllegalArgumentException if the shapes do not fit, or {@code inputGradient} shares
   *     memory with another argument, the weight or a gradient
   */
  public void backward(
      Tensor input, Tensor outputGradient, Tensor inputGradient, boolean accumulate) {
    int rows = Checks.rows("input", input, in);
    Checks.rows("outputGradient", outputGradient, out, rows);
    if (inputGradient != null) {
      Checks.rows("inputGradient", inputGradient, in, rows);
      Checks.notSameMemory("inputGradient", inputGradient, "input", input);
      Checks.notSameMemory("inputGradient", inputGradient, "outputGradient", outputGradient);
      Checks.notSameMemory("inputGradient", inputGradient, "weight", weight);
      Checks.notSameMemory("inputGradient", inputGradient, "weight's gradient", weightGradient);
      Checks.notSameMemory("inputGradient", inputGradient, "bias's gradient", biasGradient);
    }
    FloatBuffer x = input.data();
    FloatBuffer dy = outputGradient.data();
    FloatBuffer w = weight.data();
    FloatBuffer dx = inputGradient == null ? null : inputGradient.data();
    if (!accumulate) {
      weightGradient.fill(0);
      biasGradient.fill(0);
    }
    FloatBuffer dw = weightGradient.data();
    products.beginBias(biasGradient.data());
    for (int first = 0; first < rows; first += LinearProducts.ROWS) {
      int count = Math.min(LinearProducts.ROWS, rows - first);
      products.addParameterGradients(x, dy, dw, first, count);
      if (dx != null) {
        products.inputGradients(w, dx, first, count);
      }
    }
    products.endBias(biasGradient.data());
  }

  /**
   * Lists {@code weight} and, if there is one, {@code bias}.
   *
   * @param prefix put before the names, for example {@code "head."}
   */
  public List<Parameter> parameters(String prefix) {
    Parameter first = new Parameter(prefix + "weight", weight, weightGradient);
    return hasBias
        ? List.of(first, new Parameter(prefix + "bias", bias, biasGradient))
        : List.of(first);
  }

  /** Returns what PyTorch prints: {@code Linear(in_features=20, out_features=5, bias=True)}. */
  @Override
  public String toString() {
    String withBias = hasBias ? "True" : "False";
    return "Linear(in_features=" + in + ", out_features=" + out + ", bias=" + withBias + ")";
  }
}
