package io.github.lstm4j;

import io.github.lstm4j.internal.kernels.CellWeights;
import java.nio.FloatBuffer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A configuration and the parameter tensors that belong to it, under PyTorch's names: what a {@code
 * state_dict} of {@code nn.LSTM} holds.
 *
 * <p>The tensors are shared, not copied. A model copies what it needs, so they may be closed after
 * it.
 */
public final class LstmParameters {
  private final LstmConfig config;
  private final Map<String, Tensor> tensors;

  private LstmParameters(LstmConfig config, Map<String, Tensor> tensors) {
    this.config = config;
    this.tensors = Collections.unmodifiableMap(tensors);
  }

  /**
   * Joins a configuration and its tensors.
   *
   * @param config the configuration
   * @param tensors exactly the names and shapes of {@link LstmConfig#parameterShapes}, in any
   *     order; the tensors are kept, the map is not
   * @return the parameters, in PyTorch's order
   * @throws IllegalArgumentException naming the missing, unexpected or misshapen parameter, with
   *     the shape expected and the shape found
   */
  public static LstmParameters of(LstmConfig config, Map<String, Tensor> tensors) {
    Checks.notNull("config", config);
    Checks.notNull("tensors", tensors);
    Map<String, Tensor> ordered = new LinkedHashMap<>();
    for (Map.Entry<String, int[]> expected : config.parameterShapes().entrySet()) {
      String name = expected.getKey();
      Tensor tensor = tensors.get(name);
      if (tensor == null) {
        throw new IllegalArgumentException(
            name
                + ": expected "
                + Checks.text(expected.getValue())
                + " for "
                + config
                + ", got no such parameter; there are "
                + tensors.keySet().stream().map(String::valueOf).sorted().toList());
      }
      Checks.shape(name, tensor, expected.getValue());
      ordered.put(name, tensor);
    }
    for (String name : tensors.keySet()) {
      if (!ordered.containsKey(name)) {
        throw new IllegalArgumentException(
            name + ": unexpected parameter for " + config + "; expected " + ordered.keySet());
      }
    }
    return new LstmParameters(config, ordered);
  }

  /**
   * Makes fresh parameters as PyTorch initialises them: every element of every parameter, biases
   * included, drawn from the uniform distribution on [-1/√H, 1/√H]. The numbers depend on the seed
   * and the configuration alone, on every platform and release; they are not the numbers that
   * PyTorch draws from the same seed.
   *
   * @param config the configuration
   * @param seed any number
   * @return parameters in new tensors
   */
  public static LstmParameters initialize(LstmConfig config, long seed) {
    Checks.notNull("config", config);
    double bound = 1 / Math.sqrt(config.hiddenSize());
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    config
        .parameterShapes()
        .forEach(
            (name, shape) -> {
              Tensor tensor = Tensor.allocate(shape);
              FloatBuffer data = tensor.data();
              while (data.hasRemaining()) {
                data.put((float) ((2 * random.nextDouble() - 1) * bound));
              }
              tensors.put(name, tensor);
            });
    return new LstmParameters(config, tensors);
  }

  /** Makes parameters that are all zero, in new tensors: room for gradients, for instance. */
  public static LstmParameters zeros(LstmConfig config) {
    Checks.notNull("config", config);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    config.parameterShapes().forEach((name, shape) -> tensors.put(name, Tensor.allocate(shape)));
    return new LstmParameters(config, tensors);
  }

  /** Returns the configuration. */
  public LstmConfig config() {
    return config;
  }

  /** Returns the tensors by name, in PyTorch's order; unmodifiable. */
  public Map<String, Tensor> tensors() {
    return tensors;
  }

  /**
   * Returns one tensor.
   *
   * @param name a name of {@link LstmConfig#parameterShapes}
   * @throws IllegalArgumentException if there is no such parameter
   */
  public Tensor get(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException(
          name + ": no such parameter; there are " + tensors.keySet());
    }
    return tensor;
  }

  /** The memory of each layer and direction, at {@code layer · directions + direction}. */
  CellWeights[] cells() {
    CellWeights[] cells = new CellWeights[config.numLayers() * config.numDirections()];
    for (int k = 0; k < cells.length; k++) {
      int layer = k / config.numDirections();
      String suffix = LstmConfig.parameterSuffix(layer, k % config.numDirections());
      cells[k] =
          new CellWeights(
              config.layerInputSize(layer),
              config.hiddenSize(),
              config.projSize(),
              get("weight_ih" + suffix).floats(),
              get("weight_hh" + suffix).floats(),
              config.bias() ? get("bias_ih" + suffix).floats() : null,
              config.bias() ? get("bias_hh" + suffix).floats() : null,
              config.projSize() > 0 ? get("weight_hr" + suffix).floats() : null);
    }
    return cells;
  }

  /** Returns the same tensors under a configuration that differs only in batchFirst or dropout. */
  public LstmParameters withConfig(LstmConfig other) {
    return of(other, tensors);
  }

  /** Returns what the configuration prints, and the number of parameters. */
  @Override
  public String toString() {
    return config + " with " + config.parameterCount() + " parameters";
  }
}
