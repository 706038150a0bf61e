package io.github.lstm4j;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lstm4j.reference.Golden;
import io.github.lstm4j.reference.ReferenceLstm;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A configuration with seeded weights and a seeded batch, in every form in which the library takes
 * it, and the answer of {@link ReferenceLstm}.
 */
final class LstmCase {
  /**
   * Float32 against the double-precision truth, relative to the largest |truth| of a tensor: the
   * fixed half of the bound that the project is held to, max(8 x libtorch's own error, 3e-6 x
   * max|truth|). With weights of at most 1/sqrt(H) it is some 25 roundings of a float; leaving the
   * half that depends on libtorch out makes the tests the stricter.
   */
  static final double RELATIVE = 3e-6;

  /** The same case is asked of every backend; the reference need not answer twice. */
  private static final Map<String, Answer> TRUTHS = new ConcurrentHashMap<>();

  /** Output, hn and cn in the layout of the configuration. */
  record Answer(double[] output, double[] hn, double[] cn) {}

  final LstmConfig config;
  final int steps;
  final int[] lengths;
  private final boolean withState;
  final long seed;
  private final Map<String, float[]> weights = new LinkedHashMap<>();
  private final float[][][] x;
  private final float[] h0;
  private final float[] c0;

  private LstmCase(LstmConfig config, int steps, int[] lengths, boolean withState, long seed) {
    this.config = config;
    this.steps = steps;
    this.lengths = lengths;
    this.withState = withState;
    this.seed = seed;
    Random random = new Random(seed);
    float bound = (float) (1 / Math.sqrt(config.hiddenSize()));
    config
        .parameterShapes()
        .forEach(
            (name, shape) ->
                weights.put(
                    name,
                    uniform(random, IntStream.of(shape).reduce(1, Math::multiplyExact), bound)));
    x = new float[lengths.length][][];
    for (int b = 0; b < x.length; b++) {
      x[b] = new float[lengths[b]][];
      for (int t = 0; t < lengths[b]; t++) {
        x[b][t] = uniform(random, config.inputSize(), 2);
      }
    }
    h0 = uniform(random, states() * lengths.length * config.outputSize(), 1);
    c0 = uniform(random, states() * lengths.length * config.hiddenSize(), 1);
  }

  /** Every sequence has all steps. */
  static LstmCase dense(LstmConfig config, int steps, int batch, boolean withState, long seed) {
    int[] lengths = new int[batch];
    Arrays.fill(lengths, steps);
    return new LstmCase(config, steps, lengths, withState, seed);
  }

  /** Sequences of the lengths given, in a padded input of {@code steps}. */
  static LstmCase ragged(
      LstmConfig config, int steps, int[] lengths, boolean withState, long seed) {
    return new LstmCase(config, steps, lengths, withState, seed);
  }

  /** Lengths from 1 to {@code steps}, unsorted, the longest among them. */
  static int[] lengths(int batch, int steps, long seed) {
    Random random = new Random(seed);
    int[] lengths = random.ints(batch, 1, steps + 1).toArray();
    lengths[random.nextInt(batch)] = steps;
    return lengths;
  }

  static float[] uniform(Random random, int size, float bound) {
    float[] values = new float[size];
    for (int k = 0; k < size; k++) {
      values[k] = (2 * random.nextFloat() - 1) * bound;
    }
    return values;
  }

  int batch() {
    return lengths.length;
  }

  int width() {
    return config.numDirections() * config.outputSize();
  }

  int states() {
    return config.numLayers() * config.numDirections();
  }

  LstmParameters parameters() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    config
        .parameterShapes()
        .forEach((name, shape) -> tensors.put(name, Tensor.of(weights.get(name), shape)));
    return LstmParameters.of(config, tensors);
  }

  /** The batch as {@code [T, B, I]} or {@code [B, T, I]}, with this in the padding. */
  Tensor input(float padding) {
    return padded(x, config.inputSize(), padding);
  }

  /** Rows {@code [B][T_b][width]} in the layout of the configuration, with this in the padding. */
  Tensor padded(float[][][] rows, int width, float padding) {
    Tensor tensor = empty(width).fill(padding);
    for (int b = 0; b < batch(); b++) {
      for (int t = 0; t < lengths[b]; t++) {
        tensor.data().put(row(t, b) * width, rows[b][t]);
      }
    }
    return tensor;
  }

  /** As the other, in double precision and with zeros in the padding. */
  double[] padded(double[][][] rows, int width) {
    double[] values = new double[steps * batch() * width];
    for (int b = 0; b < batch(); b++) {
      for (int t = 0; t < lengths[b]; t++) {
        System.arraycopy(rows[b][t], 0, values, row(t, b) * width, width);
      }
    }
    return values;
  }

  /** Sequence {@code b} as {@code [T_b, I]}. */
  Tensor sequence(int b) {
    Tensor sequence = Tensor.allocate(lengths[b], config.inputSize());
    for (int t = 0; t < lengths[b]; t++) {
      sequence.data().put(t * config.inputSize(), x[b][t]);
    }
    return sequence;
  }

  PackedSequence packed() {
    return PackedSequence.pack(input(Float.NaN), lengths, config.batchFirst(), false);
  }

  /** The initial state, or null for zeros. */
  LstmState initial() {
    return withState
        ? new LstmState(
            Tensor.of(h0, states(), batch(), config.outputSize()),
            Tensor.of(c0, states(), batch(), config.hiddenSize()))
        : null;
  }

  /** The initial state of sequence {@code b} alone, unbatched. */
  LstmState initial(int b) {
    return withState
        ? new LstmState(
            Tensor.of(stateOf(h0, b, config.outputSize()), states(), config.outputSize()),
            Tensor.of(stateOf(c0, b, config.hiddenSize()), states(), config.hiddenSize()))
        : null;
  }

  /** The columns of sequence {@code b} of a batched {@code [L·D, B, width]}. */
  float[] stateOf(float[] batched, int b, int width) {
    float[] alone = new float[states() * width];
    for (int k = 0; k < states(); k++) {
      System.arraycopy(batched, (k * batch() + b) * width, alone, k * width, width);
    }
    return alone;
  }

  /** The rows of sequence {@code b} of an output in the layout of the configuration. */
  float[] outputOf(float[] output, int b) {
    float[] alone = new float[lengths[b] * width()];
    for (int t = 0; t < lengths[b]; t++) {
      System.arraycopy(output, row(t, b) * width(), alone, t * width(), width());
    }
    return alone;
  }

  /** Tensors to write to, every element of which is NaN. */
  LstmOutput into() {
    return new LstmOutput(empty(width()).fill(Float.NaN), stateInto());
  }

  /** As {@link #into} for a packed input. */
  PackedOutput into(PackedSequence input) {
    Tensor data = Tensor.allocate(input.data().dim(0), width()).fill(Float.NaN);
    return new PackedOutput(input.withData(data), stateInto());
  }

  /** A state to write to, every element of which is NaN. */
  LstmState stateInto() {
    return new LstmState(
        Tensor.allocate(states(), batch(), config.outputSize()).fill(Float.NaN),
        Tensor.allocate(states(), batch(), config.hiddenSize()).fill(Float.NaN));
  }

  /** Zeros in the layout of the configuration. */
  Tensor empty(int width) {
    return config.batchFirst()
        ? Tensor.allocate(batch(), steps, width)
        : Tensor.allocate(steps, batch(), width);
  }

  int row(int t, int b) {
    return config.batchFirst() ? b * steps + t : t * batch() + b;
  }

  /** What the reference answers; output rows in the padding are zero. */
  Answer truth() {
    return TRUTHS.computeIfAbsent(this + " " + Arrays.hashCode(lengths), key -> computeTruth());
  }

  private Answer computeTruth() {
    ReferenceLstm.Result result =
        ReferenceLstm.run(config, wideWeights(), wideInput(), wideState(false), wideState(true));
    return new Answer(padded(result.output(), width()), flat(result.hn()), flat(result.cn()));
  }

  // ---- as the reference takes it

  Map<String, double[]> wideWeights() {
    Map<String, double[]> wide = new LinkedHashMap<>();
    weights.forEach((name, values) -> wide.put(name, widen(values)));
    return wide;
  }

  double[][][] wideInput() {
    return widen(x);
  }

  /** h0 or c0, or null for zeros. */
  double[][][] wideState(boolean cell) {
    if (!withState) {
      return null;
    }
    return cell ? state(c0, config.hiddenSize()) : state(h0, config.outputSize());
  }

  static double[][][] widen(float[][][] sequences) {
    return Stream.of(sequences)
        .map(rows -> Stream.of(rows).map(LstmCase::widen).toArray(double[][]::new))
        .toArray(double[][][]::new);
  }

  /** Splits {@code [L·D, B, width]}. */
  double[][][] state(float[] values, int width) {
    double[][][] state = new double[states()][batch()][];
    for (int k = 0; k < states() * batch(); k++) {
      state[k / batch()][k % batch()] =
          widen(Arrays.copyOfRange(values, k * width, (k + 1) * width));
    }
    return state;
  }

  static double[] widen(float[] values) {
    double[] wide = new double[values.length];
    for (int k = 0; k < wide.length; k++) {
      wide[k] = values[k];
    }
    return wide;
  }

  static double[] flat(double[][][] values) {
    return Stream.of(values).flatMap(Stream::of).flatMapToDouble(Arrays::stream).toArray();
  }

  /** Asserts that an output in the layout of the configuration, and a state, are the truth. */
  void assertTruth(Tensor output, LstmState state) {
    Answer truth = truth();
    assertClose(this + ": output", truth.output(), output.toArray());
    assertClose(this + ": hn", truth.hn(), state.h().toArray());
    assertClose(this + ": cn", truth.cn(), state.c().toArray());
  }

  static void assertClose(String what, double[] truth, float[] actual) {
    double error = Golden.maxError(truth, actual);
    double allowed = RELATIVE * Golden.maxAbs(truth);
    assertTrue(error <= allowed, () -> what + ": error " + error + ", allowed " + allowed);
  }

  /** As {@link #assertClose(String, double[], float[])} for two float32 answers. */
  static void assertClose(String what, float[] expected, float[] actual) {
    assertClose(what, widen(expected), actual);
  }

  /** A single-line description, from which the case can be made again. */
  @Override
  public String toString() {
    List<Integer> shown = Arrays.stream(lengths).limit(20).boxed().toList();
    return config
        + ", T="
        + steps
        + ", B="
        + batch()
        + ", lengths "
        + shown
        + (withState ? ", state" : "")
        + ", seed "
        + seed;
  }
}
