package io.github.lstm4j.reference;

import io.github.lstm4j.LstmConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One golden of {@code src/test/resources/goldens}: a configuration, parameters, an input, and what
 * PyTorch answers in float64 and float32, be it the outputs or the gradients. {@code
 * src/test/python/README.md} describes the files.
 *
 * <p>Two views: the tensors as PyTorch takes and gives them ({@link #floats}, {@link #truth}), and
 * the time-major form of {@link ReferenceLstm} ({@link #sequences}, {@link #state}, {@link
 * #flatten}).
 */
public final class Golden {
  private final String name;
  private final TensorFile file;
  private final LstmConfig config;

  private Golden(String name) {
    this.name = name;
    this.file = TensorFile.ofResource("/goldens/" + name + ".safetensors");
    this.config =
        new LstmConfig(
            integer("input_size"),
            integer("hidden_size"),
            integer("num_layers"),
            flag("bias"),
            flag("batch_first"),
            Double.parseDouble(file.metadata().get("dropout")),
            flag("bidirectional"),
            integer("proj_size"));
  }

  /** Returns the names of all goldens; a {@code @MethodSource} for parameterized tests. */
  public static List<String> names() {
    return lines("/goldens/index.txt");
  }

  /** As {@link #names}, of the goldens that hold gradients and nothing of the forward pass. */
  public static List<String> gradientNames() {
    return lines("/goldens/gradients/index.txt").stream().map("gradients/"::concat).toList();
  }

  private static List<String> lines(String resource) {
    try (InputStream in = Golden.class.getResourceAsStream(resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Loads one golden by its name. */
  public static Golden load(String name) {
    return new Golden(name);
  }

  /** Returns the constructor arguments. A cell's are those of the one-layer LSTM that it is. */
  public LstmConfig config() {
    return config;
  }

  /** Returns whether x has a batch dimension. */
  public boolean batched() {
    return flag("batched");
  }

  /** Returns whether PyTorch ran it as a packed sequence, with {@link #lengths}. */
  public boolean packed() {
    return flag("packed");
  }

  /** Returns whether it was packed with {@code enforce_sorted}. */
  public boolean enforceSorted() {
    return flag("enforce_sorted");
  }

  /** Returns whether this is an {@code nn.LSTMCell} called once per time step of x [T, B, I]. */
  public boolean cell() {
    return file.metadata().get("module").equals("LSTMCell");
  }

  /** Returns whether there are h0 and c0. */
  public boolean hasState() {
    return file.has("h0");
  }

  /** Returns the length of each sequence, in the order of the batch; null unless packed. */
  public int[] lengths() {
    return packed()
        ? Arrays.stream(file.longs("lengths")).mapToInt(Math::toIntExact).toArray()
        : null;
  }

  /** Returns the shape of {@code x}, {@code h0}, {@code c0}, {@code f64.output} ... */
  public int[] shape(String tensor) {
    return file.shape(tensor);
  }

  /** Returns {@code x}, {@code h0}, {@code c0} or {@code f32.output} ... as stored. */
  public float[] floats(String tensor) {
    return file.floats(tensor);
  }

  /**
   * Returns the float64 truth of {@code output}, {@code hn}, {@code cn}, a cell's {@code cell}, or
   * a gradient, {@code grad.x} ...
   */
  public double[] truth(String answer) {
    return file.doubles("f64." + answer);
  }

  /** Returns the parameters in PyTorch's order, under the names and shapes of {@link #config}. */
  public Map<String, float[]> parameters() {
    Map<String, float[]> parameters = new LinkedHashMap<>();
    for (String parameter : config.parameterShapes().keySet()) {
      parameters.put(parameter, file.floats("param." + parameter));
    }
    return parameters;
  }

  /** Returns the parameters widened to double, for {@link ReferenceLstm}. */
  public Map<String, double[]> parametersAsDoubles() {
    Map<String, double[]> parameters = new LinkedHashMap<>();
    for (String parameter : config.parameterShapes().keySet()) {
      parameters.put(parameter, file.doubles("param." + parameter));
    }
    return parameters;
  }

  /** Returns {@code x} or {@code G} as {@code [B][T_b][..]}, without padding. */
  public double[][][] sequences(String tensor) {
    double[] values = file.doubles(tensor);
    int width = values.length / (batchSize() * steps());
    double[][][] sequences = new double[batchSize()][][];
    for (int b = 0; b < sequences.length; b++) {
      sequences[b] = new double[length(b)][];
      for (int t = 0; t < sequences[b].length; t++) {
        int from = position(t, b) * width;
        sequences[b][t] = Arrays.copyOfRange(values, from, from + width);
      }
    }
    return sequences;
  }

  /**
   * Returns {@code h0}, {@code c0}, {@code Gh} or {@code Gc} as {@code [L·D][B][..]}; null if there
   * is no such tensor.
   */
  public double[][][] state(String tensor) {
    if (!file.has(tensor)) {
      return null;
    }
    double[] values = file.doubles(tensor);
    int rows = config.numLayers() * config.numDirections();
    int width = values.length / (rows * batchSize());
    double[][][] state = new double[rows][batchSize()][];
    for (int k = 0; k < rows * batchSize(); k++) {
      state[k / batchSize()][k % batchSize()] =
          Arrays.copyOfRange(values, k * width, (k + 1) * width);
    }
    return state;
  }

  /** Lays {@code [B][T_b][..]} out as PyTorch does: this golden's order, zero padding. */
  public double[] flatten(double[][][] output) {
    int width = output[0][0].length;
    double[] flat = new double[batchSize() * steps() * width];
    for (int b = 0; b < output.length; b++) {
      for (int t = 0; t < output[b].length; t++) {
        System.arraycopy(output[b][t], 0, flat, position(t, b) * width, width);
      }
    }
    return flat;
  }

  /**
   * Returns the largest absolute error that a float32 implementation may have: eight times
   * libtorch's own, or 3e-6 of the largest |truth|, or two steps of the denormal float32 numbers.
   *
   * @param answer {@code output}, {@code hn}, {@code cn} or {@code grad.x} ...
   */
  public double tolerance(String answer) {
    double[] truth = truth(answer);
    double libtorch = maxError(truth, file.doubles("f32." + answer));
    return Math.max(8 * libtorch, Math.max(3e-6 * maxAbs(truth), 2.0 * Float.MIN_VALUE));
  }

  /** Returns the largest |actual - truth|; infinite if NaN stands where a number should, or not. */
  public static double maxError(double[] truth, double[] actual) {
    if (truth.length != actual.length) {
      throw new IllegalArgumentException(truth.length + " elements against " + actual.length);
    }
    double worst = 0;
    for (int k = 0; k < truth.length; k++) {
      if (Double.isNaN(truth[k]) != Double.isNaN(actual[k])) {
        return Double.POSITIVE_INFINITY;
      }
      if (!Double.isNaN(truth[k]) && truth[k] != actual[k]) {
        worst = Math.max(worst, Math.abs(actual[k] - truth[k]));
      }
    }
    return worst;
  }

  /** As {@link #maxError(double[], double[])} for a float32 answer. */
  public static double maxError(double[] truth, float[] actual) {
    double[] wide = new double[actual.length];
    for (int k = 0; k < wide.length; k++) {
      wide[k] = actual[k];
    }
    return maxError(truth, wide);
  }

  /** Returns the largest absolute value, NaN apart. */
  public static double maxAbs(double[] values) {
    return Arrays.stream(values).filter(v -> !Double.isNaN(v)).map(Math::abs).max().orElse(0);
  }

  @Override
  public String toString() {
    return name + ": " + config;
  }

  private int batchSize() {
    return batched() ? file.shape("x")[config.batchFirst() ? 0 : 1] : 1;
  }

  private int steps() {
    return file.shape("x")[batched() && config.batchFirst() ? 1 : 0];
  }

  private int length(int b) {
    return packed() ? lengths()[b] : steps();
  }

  /** The row of x or output that holds time step t of sequence b. */
  private int position(int t, int b) {
    return config.batchFirst() ? b * steps() + t : t * batchSize() + b;
  }

  private int integer(String key) {
    return Integer.parseInt(file.metadata().get(key));
  }

  private boolean flag(String key) {
    return Boolean.parseBoolean(file.metadata().get(key));
  }
}
