package io.github.lstm4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lstm4j.reference.ReferenceGradient;
import io.github.lstm4j.reference.ReferenceLstm;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Dropout between layers while training: PyTorch's, but for the generator. Masks depend on seed,
 * shape and configuration alone, so a model with weights made for that purpose tells which masks
 * any other model used; see {@link #masks}.
 */
class DropoutTest {
  /** What {@link #revealing} multiplies by: tanh is nearly linear, and loses no bits. */
  private static final double SCALE = 0.1;

  static Stream<LstmOptions> backends() {
    return NativeCode.everyTrainableBackend();
  }

  /** I = 5, H = 9, two layers and directions. */
  private static LstmConfig config(double dropout) {
    return LstmConfig.of(5, 9).withNumLayers(2).withBidirectional(true).withDropout(dropout);
  }

  private static LstmOutput forward(TrainableLstm lstm, LstmCase c) {
    LstmOutput into = c.into();
    lstm.forward(c.input(Float.NaN), c.lengths, c.initial(), into);
    return into;
  }

  private static LstmGradients backward(TrainableLstm lstm, GradientCase c) {
    LstmGradients into = c.into();
    lstm.backward(c.output(Float.NaN), c.state(), into, false);
    return into;
  }

  /** Output, hn, cn and every gradient of one call. */
  private static List<float[]> run(TrainableLstm lstm, GradientCase c) {
    LstmOutput out = forward(lstm, c.inputs);
    Stream<Tensor> gradients = GradientCase.tensors(backward(lstm, c)).values().stream();
    return Stream.concat(Stream.of(out.output(), out.hn(), out.cn()), gradients)
        .map(Tensor::toArray)
        .toList();
  }

  private static void assertSameBits(List<float[]> expected, List<float[]> actual) {
    assertArrayEquals(expected.toArray(), actual.toArray());
  }

  // ---- which elements are dropped

  /**
   * The parameters of a case, but every layer above the first hands its input on: i and o are 1, f
   * is 0, all exactly, and unit k of direction d takes input d·H + k, so that its h is
   * tanh(tanh(SCALE · input)).
   */
  private static LstmParameters revealing(LstmCase c) {
    LstmParameters parameters = c.parameters();
    int hidden = c.config.hiddenSize();
    parameters
        .tensors()
        .forEach(
            (name, tensor) -> {
              if (name.contains("_l0")) {
                return;
              }
              tensor.fill(0);
              int first = name.endsWith("_reverse") ? hidden : 0;
              for (int k = 0; k < hidden; k++) {
                if (name.startsWith("bias_ih")) {
                  tensor.set(200, k);
                  tensor.set(-200, hidden + k);
                  tensor.set(200, 3 * hidden + k);
                } else if (name.startsWith("weight_ih")) {
                  tensor.set((float) SCALE, 2 * hidden + k, first + k);
                }
              }
            });
    return parameters;
  }

  /**
   * What dropout multiplied the first layer's output by, as a share of 1 / (1 - p) and all the
   * layers above taken together: 1 for what was kept, in the layout of the output, 0 in its
   * padding.
   */
  private static double[] masks(LstmCase c, LstmOptions options, long seed) {
    LstmParameters parameters = revealing(c);
    LstmConfig bottom = c.config.withNumLayers(1);
    Map<String, Tensor> below = new LinkedHashMap<>();
    bottom.parameterShapes().keySet().forEach(name -> below.put(name, parameters.get(name)));
    LstmOutput plain = LstmCase.ragged(bottom, c.steps, c.lengths, false, c.seed).into();
    try (TrainableLstm lstm = TrainableLstm.create(parameters, options);
        Lstm one = Lstm.create(LstmParameters.of(bottom, below), options)) {
      lstm.train(seed);
      LstmOutput out = c.into();
      lstm.forward(c.input(0), c.lengths, null, out);
      one.forward(c.input(0), c.lengths, null, plain);
      return ratios(c.config, out.output().toArray(), plain.output().toArray());
    }
  }

  private static double[] ratios(LstmConfig config, float[] top, float[] bottom) {
    double[] ratios = new double[top.length];
    for (int k = 0; k < top.length; k++) {
      double value = top[k];
      for (int layer = 1; layer < config.numLayers(); layer++) {
        value = atanh(atanh(value)) / SCALE * (1 - config.dropout());
      }
      ratios[k] = bottom[k] == 0 ? 0 : value / bottom[k];
    }
    return ratios;
  }

  private static double atanh(double value) {
    return 0.5 * (Math.log1p(value) - Math.log1p(-value));
  }

  /** Asserts that a share of n independent draws is within five standard deviations. */
  private static void assertShare(String what, double expected, int hits, int n) {
    double deviation = Math.sqrt(expected * (1 - expected) / n);
    assertEquals(expected, (double) hits / n, 5 * deviation, what);
  }

  /** p = 0.3, so that keeping and dropping are not mistaken for each other. */
  @ParameterizedTest
  @MethodSource("backends")
  void everyElementIsDroppedByChanceOrScaled(LstmOptions options) {
    for (int layers = 2; layers <= 3; layers++) {
      LstmCase c = LstmCase.dense(config(0.3).withNumLayers(layers), 40, 15, false, 1);
      double[] masks = masks(c, options, 7);
      // The masks of two places are independent: both have to keep an element.
      double kept = Math.pow(0.7, layers - 1);
      for (double mask : masks) {
        assertTrue(mask == 0 || Math.abs(mask - 1) < 1e-4, "scaled by " + mask);
      }
      assertShare("kept", kept, count(masks, k -> k), masks.length);
      int width = c.width();
      for (int k = 0; k < width; k++) {
        int unit = k;
        assertShare("unit " + k, kept, count(masks, n -> n % width == unit ? n : -1), 40 * 15);
      }
      for (int t = 0; t < 40; t++) {
        int step = t;
        int n = 15 * width;
        assertShare("step " + t, kept, count(masks, k -> k / n == step ? k : -1), n);
      }
      for (int apart : new int[] {1, c.config.hiddenSize(), width, 15 * width}) {
        int pairs = masks.length - apart;
        int both = count(masks, k -> k < pairs && masks[k] != 0 ? k + apart : -1);
        assertShare("both of two " + apart + " apart", kept * kept, both, pairs);
      }
    }
  }

  /** Counts the numbers that are kept, of those that are picked for 0, 1, 2 ...; -1 is none. */
  private static int count(double[] masks, IntUnaryOperator pick) {
    int count = 0;
    for (int k = 0; k < masks.length; k++) {
      int picked = pick.applyAsInt(k);
      count += picked >= 0 && masks[picked] != 0 ? 1 : 0;
    }
    return count;
  }

  @ParameterizedTest
  @MethodSource("backends")
  void masksOfNeighbouringSeedsAreIndependent(LstmOptions options) {
    LstmCase c = LstmCase.dense(config(0.3), 40, 15, false, 1);
    long[] seeds = {0, 1, 2, -1, 1L << 32, Long.MIN_VALUE};
    for (int k = 1; k < seeds.length; k++) {
      double[] one = masks(c, options, seeds[k - 1]);
      double[] other = masks(c, options, seeds[k]);
      int both = count(one, n -> other[n] != 0 ? n : -1);
      assertShare("seeds " + seeds[k - 1] + " and " + seeds[k], 0.49, both, one.length);
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void theLastLayersOutputIsWhole(LstmOptions options) {
    LstmCase c = LstmCase.dense(config(0.5), 20, 7, false, 1);
    try (TrainableLstm lstm = TrainableLstm.create(c.parameters(), options)) {
      lstm.train(1);
      LstmOutput out = forward(lstm, c);
      for (float value : out.output().toArray()) {
        assertTrue(value != 0 && Math.abs(value) < 1, "output " + value);
      }
      for (float value : out.hn().toArray()) {
        assertTrue(value != 0, "hn of every layer is before dropout");
      }
    }
  }

  // ---- when

  @ParameterizedTest
  @MethodSource("backends")
  void theSeedAndTheForwardsSinceDecide(LstmOptions options) {
    GradientCase c = GradientCase.ragged(config(0.5), 6, new int[] {2, 6, 4, 1}, 1);
    try (TrainableLstm lstm = TrainableLstm.create(c.inputs.parameters(), options);
        TrainableLstm other = TrainableLstm.create(c.inputs.parameters(), options)) {
      lstm.train(1);
      List<float[]> first = run(lstm, c);
      List<float[]> next = run(lstm, c);
      lstm.train(2);
      List<float[]> second = run(lstm, c);
      for (int k = 0; k < first.size(); k++) {
        // Of hn and cn, the rows of the last layer differ.
        assertFalse(Arrays.equals(first.get(k), next.get(k)), "next forward, tensor " + k);
        assertFalse(Arrays.equals(first.get(k), second.get(k)), "next seed, tensor " + k);
      }
      lstm.train(1);
      assertSameBits(first, run(lstm, c));
      assertSameBits(next, run(lstm, c));
      other.train(1);
      assertSameBits(first, run(other, c));
    }
  }

  /** A number's place is that in packed order, in whatever form it comes. */
  @ParameterizedTest
  @MethodSource("backends")
  void packedAndPaddedHaveTheSameMasks(LstmOptions options) {
    GradientCase c = GradientCase.ragged(config(0.5), 6, new int[] {2, 6, 4, 1}, 1);
    try (TrainableLstm lstm = TrainableLstm.create(c.inputs.parameters(), options)) {
      lstm.train(1);
      List<float[]> padded = run(lstm, c);
      PackedSequence packed = c.inputs.packed();
      PackedOutput out = c.inputs.into(packed);
      lstm.train(1);
      lstm.forward(packed, c.inputs.initial(), out);
      assertArrayEquals(padded.get(0), out.output().pad(false, 0).toArray());
      LstmGradients into = c.into(packed);
      lstm.backward(c.packedOutput(), c.state(), into, false);
      assertArrayEquals(padded.get(3), packed.withData(into.input()).pad(false, 0).toArray());
    }
  }

  /** A mode set after forward is for the next forward: backward goes back the way forward came. */
  @ParameterizedTest
  @MethodSource("backends")
  void backwardHasTheMasksOfItsForward(LstmOptions options) {
    GradientCase c = GradientCase.ragged(config(0.5), 6, new int[] {2, 6, 4, 1}, 1);
    try (TrainableLstm lstm = TrainableLstm.create(c.inputs.parameters(), options)) {
      lstm.train(1);
      List<float[]> expected = run(lstm, c);
      lstm.train(1);
      forward(lstm, c.inputs);
      lstm.train(2);
      Tensor x = backward(lstm, c).input();
      assertArrayEquals(expected.get(3), x.toArray());
      lstm.train(1);
      forward(lstm, c.inputs);
      lstm.eval();
      assertArrayEquals(expected.get(3), backward(lstm, c).input().toArray());
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void withoutTrainingThereIsNone(LstmOptions options) {
    GradientCase with = GradientCase.ragged(config(0.5), 6, new int[] {2, 6, 4, 1}, 1);
    GradientCase without = GradientCase.ragged(config(0), 6, new int[] {2, 6, 4, 1}, 1);
    LstmConfig oneLayer = config(0.5).withNumLayers(1);
    GradientCase one = GradientCase.dense(oneLayer, 6, 4, true, 1);
    try (TrainableLstm lstm = TrainableLstm.create(with.inputs.parameters(), options);
        TrainableLstm none = TrainableLstm.create(without.inputs.parameters(), options);
        TrainableLstm single = TrainableLstm.create(one.inputs.parameters(), options)) {
      List<float[]> expected = run(none, without);
      assertSameBits(expected, run(lstm, with));
      lstm.train(1);
      run(lstm, with);
      lstm.eval();
      assertSameBits(expected, run(lstm, with));
      none.train(1);
      assertSameBits(expected, run(none, without));
      List<float[]> alone = run(single, one);
      single.train(1);
      assertSameBits(alone, run(single, one));
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void threadsDoNotChangeABit(LstmOptions options) {
    GradientCase c = GradientCase.ragged(config(0.5), 9, LstmCase.lengths(23, 9, 1), 1);
    List<float[]> expected = null;
    for (int threads : new int[] {1, 2, 4}) {
      LstmOptions shared = options.withThreads(threads);
      try (TrainableLstm lstm = TrainableLstm.create(c.inputs.parameters(), shared)) {
        lstm.train(1);
        List<float[]> actual = run(lstm, c);
        expected = expected == null ? actual : expected;
        assertSameBits(expected, actual);
      }
    }
  }

  // ---- gradients

  static Stream<GradientCase> cases() {
    int[] lengths = {2, 6, 4, 1, 6};
    LstmConfig some = config(0.4);
    return Stream.of(
        GradientCase.dense(some, 6, 5, true, 1),
        GradientCase.ragged(some.withBatchFirst(true), 7, lengths, 2),
        GradientCase.ragged(some.withBidirectional(false), 6, lengths, 3),
        // PyTorch's dropout of everything is zeros, not zeros times infinity.
        GradientCase.ragged(some.withDropout(1), 6, lengths, 4));
  }

  /** The reference of each layer alone, joined by the masks that were found out. */
  @ParameterizedTest
  @MethodSource("cases")
  void gradientsAreThoseOfTheMaskedLayers(GradientCase c) {
    backends().forEach(options -> assertMaskedTruth(c, options));
  }

  private static void assertMaskedTruth(GradientCase c, LstmOptions options) {
    LstmCase in = c.inputs;
    double[][][] masks = sequences(in, masks(in, options, 5));
    LstmConfig config = in.config;
    int rows = config.numDirections();
    LstmConfig lower = config.withNumLayers(1);
    LstmConfig upper =
        LstmConfig.of(in.width(), config.hiddenSize()).withBidirectional(config.bidirectional());
    Map<String, double[]> lowerWeights = new LinkedHashMap<>();
    Map<String, double[]> upperWeights = new LinkedHashMap<>();
    in.wideWeights()
        .forEach(
            (name, values) ->
                (name.contains("_l0") ? lowerWeights : upperWeights)
                    .put(name.replace("_l1", "_l0"), values));
    double[][][] h0 = in.wideState(false);
    double[][][] c0 = in.wideState(true);
    double[][][] middle = ReferenceLstm.run(lower, lowerWeights, in.wideInput(), h0, c0).output();
    multiply(middle, masks);
    ReferenceLstm.Result loss = c.wide();
    ReferenceGradient.Result above =
        ReferenceGradient.run(
            upper,
            upperWeights,
            middle,
            Arrays.copyOfRange(h0, rows, 2 * rows),
            Arrays.copyOfRange(c0, rows, 2 * rows),
            new ReferenceLstm.Result(
                loss.output(),
                Arrays.copyOfRange(loss.hn(), rows, 2 * rows),
                Arrays.copyOfRange(loss.cn(), rows, 2 * rows)));
    multiply(above.x(), masks);
    ReferenceGradient.Result below =
        ReferenceGradient.run(
            lower,
            lowerWeights,
            in.wideInput(),
            h0,
            c0,
            new ReferenceLstm.Result(above.x(), loss.hn(), loss.cn()));
    Map<String, double[]> weights = new LinkedHashMap<>(below.parameters());
    above.parameters().forEach((name, values) -> weights.put(name.replace("_l0", "_l1"), values));
    double[][][] dh0 = concatenate(below.h0(), above.h0());
    double[][][] dc0 = concatenate(below.c0(), above.c0());
    try (TrainableLstm lstm = TrainableLstm.create(in.parameters(), options)) {
      lstm.train(5);
      forward(lstm, in);
      c.assertClose(
          c.byName(new ReferenceGradient.Result(below.x(), dh0, dc0, weights)), backward(lstm, c));
    }
  }

  /** Splits a padded output into sequences, with what its elements were multiplied by. */
  private static double[][][] sequences(LstmCase c, double[] output) {
    double[][][] sequences = new double[c.batch()][][];
    for (int b = 0; b < sequences.length; b++) {
      sequences[b] = new double[c.lengths[b]][c.width()];
      for (int t = 0; t < c.lengths[b]; t++) {
        for (int k = 0; k < c.width(); k++) {
          double mask = output[c.row(t, b) * c.width() + k];
          sequences[b][t][k] = mask == 0 ? 0 : 1 / (1 - c.config.dropout());
        }
      }
    }
    return sequences;
  }

  private static void multiply(double[][][] values, double[][][] factors) {
    for (int b = 0; b < values.length; b++) {
      for (int t = 0; t < values[b].length; t++) {
        for (int k = 0; k < values[b][t].length; k++) {
          values[b][t][k] *= factors[b][t][k];
        }
      }
    }
  }

  private static double[][][] concatenate(double[][][] a, double[][][] b) {
    return Stream.of(a, b).flatMap(Stream::of).toArray(double[][][]::new);
  }

  /**
   * Three layers, each parameter moved along a random direction of ±1. In float32 the loss, some
   * 300 terms of the order 1, has an error of some 1e-6, so the slope over 2 · 0.01 one of 1e-4;
   * the cubic term adds 0.01² times a third derivative of the order of the slopes' sum. A mask that
   * backward forgot, or scaled wrongly, is an error of the order 1.
   */
  @ParameterizedTest
  @MethodSource("backends")
  void agreesWithFiniteDifferencesOfItsOwnForward(LstmOptions options) {
    LstmConfig config = LstmConfig.of(3, 7).withNumLayers(3).withProjSize(4).withDropout(0.3);
    GradientCase c = GradientCase.dense(config, 5, 4, true, 1);
    LstmParameters parameters = c.inputs.parameters();
    Random random = new Random(1);
    try (TrainableLstm lstm = TrainableLstm.create(parameters, options)) {
      loss(lstm, c);
      LstmParameters gradients = backward(lstm, c).parameters();
      parameters
          .tensors()
          .forEach(
              (name, tensor) -> {
                float[] start = tensor.toArray();
                float[] gradient = gradients.get(name).toArray();
                float[] direction = new float[start.length];
                double expected = 0;
                double sum = 0;
                for (int k = 0; k < start.length; k++) {
                  direction[k] = random.nextBoolean() ? 0.01f : -0.01f;
                  expected += gradient[k] * Math.signum(direction[k]);
                  sum += Math.abs(gradient[k]);
                }
                double above = lossAt(lstm, c, tensor, start, direction, 1);
                double below = lossAt(lstm, c, tensor, start, direction, -1);
                tensor.copyFrom(start);
                assertEquals((above - below) / 0.02, expected, 1e-3 * sum + 1e-3, name);
              });
    }
  }

  private static double lossAt(
      TrainableLstm lstm, GradientCase c, Tensor tensor, float[] from, float[] by, int sign) {
    float[] moved = from.clone();
    for (int k = 0; k < moved.length; k++) {
      moved[k] += sign * by[k];
    }
    tensor.copyFrom(moved);
    return loss(lstm, c);
  }

  private static double loss(TrainableLstm lstm, GradientCase c) {
    lstm.train(3); // the same masks every time
    LstmOutput out = forward(lstm, c.inputs);
    return dot(out.output(), c.output(0))
        + dot(out.hn(), c.state().h())
        + dot(out.cn(), c.state().c());
  }

  private static double dot(Tensor a, Tensor b) {
    float[] left = a.toArray();
    float[] right = b.toArray();
    double sum = 0;
    for (int k = 0; k < left.length; k++) {
      sum += (double) left[k] * right[k];
    }
    return sum;
  }
}
