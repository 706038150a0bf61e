package io.github.lstm4j.benchmarks;

import io.github.lstm4j.LstmConfig;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is run: the sizes of an LSTM and of its input, in the library's words ({@code T} time steps,
 * {@code B} batch rows, {@code I} input size, {@code H} hidden size).
 *
 * <p>Its text is {@code TxBxIxH}, then {@code -layers2}, {@code -bidirectional} or {@code -ragged}
 * where they apply: {@code 50x16x256x256-layers2-bidirectional}. In a ragged shape {@code T} is the
 * longest sequence that may be drawn.
 *
 * @param ragged whether the sequences have lengths of their own
 */
public record Shape(
    int steps,
    int batch,
    int input,
    int hidden,
    int layers,
    boolean bidirectional,
    boolean ragged) {

  private static final int SHORTEST = 5;
  private static final long LENGTHS_SEED = 64;
  private static final Pattern TEXT =
      Pattern.compile("(\\d+)x(\\d+)x(\\d+)x(\\d+)(?:-layers(\\d+))?(-bidirectional)?(-ragged)?");

  /** Reads the text form. */
  public static Shape parse(String text) {
    Matcher found = TEXT.matcher(text);
    if (!found.matches()) {
      throw new IllegalArgumentException(
          "shape: expected TxBxIxH[-layersL][-bidirectional][-ragged], got " + text);
    }
    return new Shape(
        size(text, found.group(1)),
        size(text, found.group(2)),
        size(text, found.group(3)),
        size(text, found.group(4)),
        found.group(5) == null ? 1 : size(text, found.group(5)),
        found.group(6) != null,
        found.group(7) != null);
  }

  private static int size(String text, String digits) {
    int size = digits.length() > 6 ? 0 : Integer.parseInt(digits);
    if (size < 1) {
      throw new IllegalArgumentException("shape: expected sizes of 1 to 999999, got " + text);
    }
    return size;
  }

  /** Returns the model's configuration. */
  public LstmConfig config() {
    return LstmConfig.of(input, hidden).withNumLayers(layers).withBidirectional(bidirectional);
  }

  /** Returns {@code D}. */
  public int directions() {
    return bidirectional ? 2 : 1;
  }

  /**
   * Returns the length of each sequence: {@code T}, or drawn log-uniformly from 5 to {@code T}, the
   * same on every machine. One sequence always has length {@code T}, so that the padded size is the
   * shape's.
   */
  public int[] lengths() {
    int[] lengths = new int[batch];
    Arrays.fill(lengths, steps);
    if (ragged) {
      SplittableRandom random = new SplittableRandom(LENGTHS_SEED);
      int shortest = Math.min(SHORTEST, steps);
      double range = Math.log((steps + 1.0) / shortest);
      for (int b = 1; b < batch; b++) {
        lengths[b] = (int) (shortest * Math.exp(random.nextDouble() * range));
      }
    }
    return lengths;
  }

  /** Returns the number of input rows that must be computed: the sum of the lengths. */
  public long rows() {
    return Arrays.stream(lengths()).asLongStream().sum();
  }

  /**
   * Returns the floating-point operations of the matrix products, 2 per multiply-add. Activations,
   * the products of the state that every sequence begins with, which is zero, and work that an
   * engine does on padding do not count.
   */
  public double flops() {
    double flops = 0;
    for (int layer = 0; layer < layers; layer++) {
      double width = config().layerInputSize(layer);
      flops += 8.0 * hidden * (width * rows() + hidden * (rows() - batch)) * directions();
    }
    return flops;
  }

  /** Returns those of {@link #flops} that the first layer's input takes. */
  public double inputFlops() {
    return 8.0 * hidden * input * directions() * rows();
  }

  /** Returns the text form. */
  @Override
  public String toString() {
    return steps
        + ("x" + batch)
        + ("x" + input)
        + ("x" + hidden)
        + (layers > 1 ? "-layers" + layers : "")
        + (bidirectional ? "-bidirectional" : "")
        + (ragged ? "-ragged" : "");
  }

  /** Returns the form that people read: {@code 50,16,256,256 ×2 bidirectional}. */
  public String title() {
    return (ragged ? "5.." : "")
        + (steps + "," + batch + "," + input + "," + hidden)
        + (layers > 1 ? " ×" + layers : "")
        + (bidirectional ? " bidirectional" : "")
        + (ragged ? " ragged" : "");
  }
}
