package io.github.lstm4j;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The constructor arguments of PyTorch's {@code nn.LSTM}, with the same meaning.
 *
 * <p>Words used throughout: {@code T} time steps, {@code B} batch rows, {@code I} input size,
 * {@code H} hidden size, {@code L} layers, {@code D} directions (2 if bidirectional, else 1),
 * {@code P} projection size, {@code Hout} = {@code P} if there is a projection, else {@code H}.
 *
 * <p>Immutable. Source: the documentation of <a
 * href="https://pytorch.org/docs/stable/generated/torch.nn.LSTM.html">torch.nn.LSTM</a>.
 *
 * @param inputSize {@code I}, features per time step, 1 or more
 * @param hiddenSize {@code H}, 1 or more
 * @param numLayers {@code L}, 1 or more; layer {@code k + 1} reads the output of layer {@code k}
 * @param bias whether the two bias vectors per layer and direction exist
 * @param batchFirst whether batched input and output are {@code [B, T, ..]} instead of {@code [T,
 *     B, ..]}; states never change their order
 * @param dropout probability in [0, 1] of dropping an element between layers while training; kept,
 *     and without effect at inference
 * @param bidirectional whether a second LSTM runs from the last time step to the first, its output
 *     concatenated after the forward one's
 * @param projSize {@code P}, 0 for none, else less than {@code H}: the output is projected by
 *     {@code weight_hr} (<a href="https://arxiv.org/abs/1402.1128">Sak et al. 2014</a>)
 */
public record LstmConfig(
    int inputSize,
    int hiddenSize,
    int numLayers,
    boolean bias,
    boolean batchFirst,
    double dropout,
    boolean bidirectional,
    int projSize) {

  /**
   * Checks the arguments as PyTorch does.
   *
   * @throws IllegalArgumentException naming the argument, what was expected and what was given
   */
  public LstmConfig {
    requirePositive("inputSize", inputSize);
    requirePositive("hiddenSize", hiddenSize);
    requirePositive("numLayers", numLayers);
    if (!(dropout >= 0 && dropout <= 1)) {
      throw new IllegalArgumentException(
          "dropout: expected a probability in [0, 1], got " + dropout);
    }
    if (projSize < 0 || projSize >= hiddenSize) {
      throw new IllegalArgumentException(
          "projSize: expected 0 (none) or 1.."
              + (hiddenSize - 1)
              + " (less than hiddenSize "
              + hiddenSize
              + "), got "
              + projSize);
    }
    int directions = bidirectional ? 2 : 1;
    int hout = projSize > 0 ? projSize : hiddenSize;
    long widest = Math.max(inputSize, (long) directions * hout);
    if (4L * hiddenSize > Tensor.MAX_SIZE || 4L * hiddenSize * widest > Tensor.MAX_SIZE) {
      throw new IllegalArgumentException(
          "hiddenSize, inputSize: expected every weight matrix to have at most "
              + Tensor.MAX_SIZE
              + " elements, got ["
              + 4L * hiddenSize
              + ", "
              + widest
              + "]");
    }
    if (directions * (long) numLayers > MAX_CELLS) {
      throw new IllegalArgumentException(
          "numLayers: expected at most " + MAX_CELLS / directions + ", got " + numLayers);
    }
  }

  private static final int MAX_CELLS = 1 << 16;

  /** Returns the configuration of {@code nn.LSTM(inputSize, hiddenSize)}: one layer, with bias. */
  public static LstmConfig of(int inputSize, int hiddenSize) {
    return new LstmConfig(inputSize, hiddenSize, 1, true, false, 0, false, 0);
  }

  /** Returns a copy with another {@link #numLayers}. */
  public LstmConfig withNumLayers(int value) {
    return new LstmConfig(
        inputSize, hiddenSize, value, bias, batchFirst, dropout, bidirectional, projSize);
  }

  /** Returns a copy with another {@link #bias}. */
  public LstmConfig withBias(boolean value) {
    return new LstmConfig(
        inputSize, hiddenSize, numLayers, value, batchFirst, dropout, bidirectional, projSize);
  }

  /** Returns a copy with another {@link #batchFirst}. */
  public LstmConfig withBatchFirst(boolean value) {
    return new LstmConfig(
        inputSize, hiddenSize, numLayers, bias, value, dropout, bidirectional, projSize);
  }

  /** Returns a copy with another {@link #dropout}. */
  public LstmConfig withDropout(double value) {
    return new LstmConfig(
        inputSize, hiddenSize, numLayers, bias, batchFirst, value, bidirectional, projSize);
  }

  /** Returns a copy with another {@link #bidirectional}. */
  public LstmConfig withBidirectional(boolean value) {
    return new LstmConfig(
        inputSize, hiddenSize, numLayers, bias, batchFirst, dropout, value, projSize);
  }

  /** Returns a copy with another {@link #projSize}. */
  public LstmConfig withProjSize(int value) {
    return new LstmConfig(
        inputSize, hiddenSize, numLayers, bias, batchFirst, dropout, bidirectional, value);
  }

  /** Returns {@code D}: 2 if bidirectional, else 1. */
  public int numDirections() {
    return bidirectional ? 2 : 1;
  }

  /**
   * Returns {@code Hout}, the width of one direction's output and of {@code h}: {@code P} or {@code
   * H}.
   */
  public int outputSize() {
    return projSize > 0 ? projSize : hiddenSize;
  }

  /** Returns the width of what a layer reads: {@code I} for layer 0, {@code D·Hout} above. */
  public int layerInputSize(int layer) {
    return layer == 0 ? inputSize : numDirections() * outputSize();
  }

  /**
   * Returns the shape of every parameter under PyTorch's name, in PyTorch's {@code state_dict}
   * order: per layer and direction {@code weight_ih [4H, in]}, {@code weight_hh [4H, Hout]}, {@code
   * bias_ih [4H]}, {@code bias_hh [4H]}, {@code weight_hr [P, H]}, each ending in {@code _l0},
   * {@code _l0_reverse}, {@code _l1} ... Rows are in gate order i, f, g, o.
   *
   * @return a new map, name to dimensions
   */
  public Map<String, int[]> parameterShapes() {
    Map<String, int[]> shapes = new LinkedHashMap<>();
    for (int layer = 0; layer < numLayers; layer++) {
      for (int direction = 0; direction < numDirections(); direction++) {
        String suffix = parameterSuffix(layer, direction);
        shapes.put("weight_ih" + suffix, new int[] {4 * hiddenSize, layerInputSize(layer)});
        shapes.put("weight_hh" + suffix, new int[] {4 * hiddenSize, outputSize()});
        if (bias) {
          shapes.put("bias_ih" + suffix, new int[] {4 * hiddenSize});
          shapes.put("bias_hh" + suffix, new int[] {4 * hiddenSize});
        }
        if (projSize > 0) {
          shapes.put("weight_hr" + suffix, new int[] {projSize, hiddenSize});
        }
      }
    }
    return shapes;
  }

  /** Returns the number of parameters, all elements of {@link #parameterShapes} together. */
  public long parameterCount() {
    long count = 0;
    for (int[] shape : parameterShapes().values()) {
      count += shape.length == 2 ? (long) shape[0] * shape[1] : shape[0];
    }
    return count;
  }

  /** Returns {@code _l<layer>}, with {@code _reverse} for direction 1. */
  static String parameterSuffix(int layer, int direction) {
    return "_l" + layer + (direction == 1 ? "_reverse" : "");
  }

  /**
   * Returns what PyTorch prints, for example {@code LSTM(10, 20, num_layers=2,
   * bidirectional=True)}.
   */
  @Override
  public String toString() {
    StringBuilder text =
        new StringBuilder("LSTM(").append(inputSize).append(", ").append(hiddenSize);
    if (projSize != 0) {
      text.append(", proj_size=").append(projSize);
    }
    if (numLayers != 1) {
      text.append(", num_layers=").append(numLayers);
    }
    if (!bias) {
      text.append(", bias=False");
    }
    if (batchFirst) {
      text.append(", batch_first=True");
    }
    if (dropout != 0) {
      text.append(", dropout=").append(pythonFloat(dropout));
    }
    if (bidirectional) {
      text.append(", bidirectional=True");
    }
    return text.append(')').toString();
  }

  /** A number below 1.0E-3 is where Java's notation and Python's part. */
  private static String pythonFloat(double value) {
    String text = Double.toString(value);
    int exponent = text.indexOf("E-");
    if (exponent < 0) {
      return text;
    }
    if (value >= 1e-4) {
      return new BigDecimal(text).toPlainString().replaceAll("0+$", "");
    }
    String digits = text.substring(0, exponent).replaceAll("\\.0$", "");
    String power = text.substring(exponent + 2);
    return digits + "e-" + (power.length() < 2 ? "0" : "") + power;
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": expected 1 or more, got " + value);
    }
  }
}
