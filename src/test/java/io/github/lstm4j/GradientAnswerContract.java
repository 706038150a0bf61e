package io.github.lstm4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lstm4j.reference.Golden;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * That every backend and CPU variant computes the right gradients: those of libtorch, and of an
 * independent reference in double precision, in whatever form the batch comes.
 *
 * <p>As in {@link AnswerContract}, tensors that are written are handed in full of NaN.
 */
abstract class GradientAnswerContract extends OneBackend {
  TrainableLstm model(LstmCase c) {
    return TrainableLstm.create(c.parameters(), options());
  }

  TrainableLstm model(GradientCase c) {
    return model(c.inputs);
  }

  // ---- one forward and one backward, with NaN in the padding and in what is written

  static LstmGradients run(TrainableLstm lstm, GradientCase c) {
    forward(lstm, c);
    return backward(lstm, c);
  }

  static void forward(TrainableLstm lstm, GradientCase c) {
    LstmCase inputs = c.inputs;
    lstm.forward(inputs.input(Float.NaN), inputs.lengths, inputs.initial(), inputs.into());
  }

  static LstmGradients backward(TrainableLstm lstm, GradientCase c) {
    LstmGradients into = c.into();
    lstm.backward(c.output(Float.NaN), c.state(), into, false);
    return into;
  }

  static LstmGradients runDense(TrainableLstm lstm, GradientCase c) {
    lstm.forward(c.inputs.input(Float.NaN), c.inputs.initial(), c.inputs.into());
    return backward(lstm, c);
  }

  static LstmGradients runPacked(TrainableLstm lstm, GradientCase c) {
    PackedSequence packed = c.inputs.packed();
    lstm.forward(packed, c.inputs.initial(), c.inputs.into(packed));
    LstmGradients into = c.into(packed);
    lstm.backward(c.packedOutput(), c.state(), into, false);
    return into;
  }

  static Map<String, float[]> arrays(LstmGradients gradients) {
    Map<String, float[]> arrays = new LinkedHashMap<>();
    GradientCase.tensors(gradients).forEach((name, tensor) -> arrays.put(name, tensor.toArray()));
    return arrays;
  }

  static void assertSameBits(String what, LstmGradients expected, LstmGradients actual) {
    assertSameBits(what, arrays(expected), arrays(actual));
  }

  static void assertSameBits(
      String what, Map<String, float[]> expected, Map<String, float[]> actual) {
    assertEquals(expected.keySet(), actual.keySet(), what);
    expected.forEach(
        (name, values) -> assertArrayEquals(values, actual.get(name), what + ": " + name));
  }

  static void assertClose(String what, Map<String, float[]> expected, Map<String, float[]> actual) {
    assertEquals(expected.keySet(), actual.keySet(), what);
    expected.forEach(
        (name, values) -> LstmCase.assertClose(what + ": " + name, values, actual.get(name)));
  }

  static Stream<GradientCase> ragged() {
    LstmConfig two = LstmConfig.of(6, 19).withNumLayers(2).withBidirectional(true);
    int[] lengths = {2, 5, 1, 5, 3, 4, 1};
    return Stream.of(
        GradientCase.ragged(LstmConfig.of(5, 8), 6, lengths, 1),
        GradientCase.ragged(two, 5, lengths, 2),
        GradientCase.ragged(two.withProjSize(7).withBatchFirst(true), 6, lengths, 3));
  }

  // ---- against PyTorch

  static List<String> goldens() {
    return Golden.gradientNames();
  }

  static Stream<String> packedGoldens() {
    return goldens().stream().filter(name -> Golden.load(name).packed());
  }

  private TrainableLstm model(Golden golden) {
    Map<String, Tensor> tensors = BackendContract.tensors(golden);
    return TrainableLstm.create(LstmParameters.of(golden.config(), tensors), options());
  }

  private static Tensor nans(int... shape) {
    return Tensor.allocate(shape).fill(Float.NaN);
  }

  private static LstmState stateInto(Golden golden) {
    return new LstmState(nans(golden.shape("Gh")), nans(golden.shape("Gc")));
  }

  private static LstmGradients into(Golden golden, int... inputShape) {
    LstmParameters parameters = LstmParameters.zeros(golden.config());
    parameters.tensors().values().forEach(tensor -> tensor.fill(Float.NaN));
    return new LstmGradients(nans(inputShape), stateInto(golden), parameters);
  }

  private static LstmState stateGradient(Golden golden) {
    return new LstmState(
        BackendContract.tensor(golden, "Gh"), BackendContract.tensor(golden, "Gc"));
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void agreesWithPyTorch(String name) {
    Golden golden = Golden.load(name);
    try (TrainableLstm lstm = model(golden)) {
      Tensor x = BackendContract.tensor(golden, "x");
      LstmState initial = BackendContract.initial(golden);
      LstmOutput out = new LstmOutput(nans(golden.shape("G")), stateInto(golden));
      if (golden.packed()) {
        lstm.forward(x, golden.lengths(), initial, out);
      } else {
        lstm.forward(x, initial, out);
      }
      LstmGradients into = into(golden, x.shape());
      lstm.backward(BackendContract.tensor(golden, "G"), stateGradient(golden), into, false);
      arrays(into)
          .forEach((p, values) -> BackendContract.assertGolden(golden, "grad." + p, values));
    }
  }

  @ParameterizedTest
  @MethodSource("packedGoldens")
  void agreesWithPyTorchOnPackedSequences(String name) {
    Golden golden = Golden.load(name);
    boolean batchFirst = golden.config().batchFirst();
    PackedSequence x = packed(golden, "x");
    PackedSequence g = packed(golden, "G");
    try (TrainableLstm lstm = model(golden)) {
      PackedSequence output = g.withData(nans(g.data().shape()));
      lstm.forward(x, BackendContract.initial(golden), new PackedOutput(output, stateInto(golden)));
      LstmGradients into = into(golden, x.data().shape());
      lstm.backward(g.data(), stateGradient(golden), into, false);
      Map<String, float[]> actual = arrays(into);
      // Beyond the longest sequence there is nothing but padding; the golden has it, pad has not.
      float[] padded = x.withData(into.input()).pad(batchFirst, 0).toArray();
      assertTrue(!batchFirst || padded.length == golden.floats("x").length, "cannot be compared");
      actual.put("x", Arrays.copyOf(padded, golden.floats("x").length));
      actual.forEach((p, values) -> BackendContract.assertGolden(golden, "grad." + p, values));
    }
  }

  private static PackedSequence packed(Golden golden, String tensor) {
    return PackedSequence.pack(
        BackendContract.tensor(golden, tensor),
        golden.lengths(),
        golden.config().batchFirst(),
        golden.enforceSorted());
  }

  // ---- against the reference

  static IntStream seeds() {
    return IntStream.range(100, 140);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void agreesWithTheReference(int seed) {
    LstmCase inputs = BackendContract.randomCase(seed);
    GradientCase ragged = new GradientCase(inputs);
    GradientCase dense =
        GradientCase.dense(inputs.config, inputs.steps, inputs.batch(), seed % 2 == 0, seed);
    try (TrainableLstm lstm = model(ragged)) {
      ragged.assertTruth(run(lstm, ragged));
    }
    try (TrainableLstm lstm = model(dense)) {
      dense.assertTruth(runDense(lstm, dense));
    }
  }

  /** No width is special: every tail of every vector width, in the cell and in the products. */
  @Test
  void agreesWithTheReferenceAtEveryWidth() {
    for (int width = 1; width <= 70; width++) {
      GradientCase c = GradientCase.dense(LstmConfig.of(71 - width, width), 2, 3, true, width);
      try (TrainableLstm lstm = model(c)) {
        c.assertTruth(runDense(lstm, c));
      }
    }
  }

  /** Rows are taken several at a time; no number of them is special either. */
  @Test
  void agreesWithTheReferenceAtEveryBatchSize() {
    LstmConfig config = LstmConfig.of(5, 9).withBidirectional(true).withProjSize(3);
    for (int batch = 1; batch <= 34; batch++) {
      GradientCase dense = GradientCase.dense(config, 2, batch, true, batch);
      int[] lengths = LstmCase.lengths(batch, 3, batch);
      GradientCase ragged = GradientCase.ragged(config, 3, lengths, batch);
      try (TrainableLstm lstm = model(dense)) {
        dense.assertTruth(runDense(lstm, dense));
      }
      try (TrainableLstm lstm = model(ragged)) {
        ragged.assertTruth(run(lstm, ragged));
      }
    }
  }

  /**
   * Many steps, and many more gates than a chunk of time or a block of the batch holds. There H is
   * large for the gates' sake, the other sizes small for that of the naive reference.
   */
  static Stream<GradientCase> chunksAndBlocks() {
    LstmConfig manySteps = LstmConfig.of(2, 512).withProjSize(2);
    LstmConfig manyRows = LstmConfig.of(1, 1024).withProjSize(1).withBidirectional(true);
    int[] oneLong = IntStream.range(0, 130).map(b -> b < 3 ? 9 - b : 1).toArray();
    LstmConfig narrow = LstmConfig.of(3, 8).withNumLayers(2).withBidirectional(true);
    return Stream.of(
        GradientCase.ragged(narrow, 1000, new int[] {999, 1000, 17}, 6),
        GradientCase.dense(manySteps, 90, 7, true, 1),
        GradientCase.ragged(manySteps.withBidirectional(true), 77, LstmCase.lengths(12, 77, 3), 2),
        GradientCase.dense(manyRows.withBatchFirst(true), 3, 150, true, 3),
        GradientCase.ragged(manyRows, 4, LstmCase.lengths(150, 4, 6), 4),
        GradientCase.ragged(manyRows.withBatchFirst(true), 9, oneLong, 5));
  }

  @ParameterizedTest
  @MethodSource("chunksAndBlocks")
  void runsManyChunksAndBlocks(GradientCase c) {
    try (TrainableLstm lstm = model(c)) {
      c.assertTruth(run(lstm, c));
    }
  }

  // ---- nothing to do

  static Stream<LstmConfig> configs() {
    LstmConfig plain = LstmConfig.of(3, 5);
    LstmConfig all = plain.withNumLayers(2).withBidirectional(true).withProjSize(2);
    return Stream.of(plain, all, all.withBatchFirst(true).withBias(false));
  }

  @ParameterizedTest
  @MethodSource("configs")
  void withoutStepsTheStatesGradientPassesThrough(LstmConfig config) {
    GradientCase c = GradientCase.dense(config, 0, 3, true, 1);
    try (TrainableLstm lstm = model(c)) {
      LstmGradients gradients = runDense(lstm, c);
      assertArrayEquals(c.state().h().toArray(), gradients.initial().h().toArray());
      assertArrayEquals(c.state().c().toArray(), gradients.initial().c().toArray());
      assertAllZero(gradients.parameters());
    }
  }

  @ParameterizedTest
  @MethodSource("configs")
  void anEmptyBatchHasNoGradient(LstmConfig config) {
    GradientCase c = GradientCase.dense(config, 4, 0, true, 1);
    try (TrainableLstm lstm = model(c)) {
      assertAllZero(runDense(lstm, c).parameters());
      assertAllZero(run(lstm, c).parameters());
      assertAllZero(runPacked(lstm, c).parameters());
    }
  }

  private static void assertAllZero(LstmParameters gradients) {
    gradients
        .tensors()
        .forEach(
            (name, tensor) -> {
              for (float value : tensor.toArray()) {
                assertEquals(0.0, value, 0.0, name);
              }
            });
  }

  // ---- the same thing in another form

  @ParameterizedTest
  @MethodSource("ragged")
  void packedIsPadded(GradientCase c) {
    try (TrainableLstm lstm = model(c)) {
      Map<String, float[]> padded = arrays(run(lstm, c));
      PackedSequence geometry = c.inputs.packed();
      LstmGradients gradients = runPacked(lstm, c);
      Map<String, float[]> packed = arrays(gradients);
      packed.put("x", packedInput(c, geometry.withData(gradients.input())));
      assertSameBits("packed", padded, packed);
    }
  }

  /** Pads packed rows to the steps of the case. */
  private static float[] packedInput(GradientCase c, PackedSequence packed) {
    int width = c.inputs.config.inputSize();
    float[][][] rows = new float[c.inputs.batch()][][];
    Tensor padded = packed.pad(true, 0);
    for (int b = 0; b < rows.length; b++) {
      rows[b] = new float[c.inputs.lengths[b]][width];
      for (int t = 0; t < rows[b].length; t++) {
        padded.data().get((b * padded.dim(1) + t) * width, rows[b][t]);
      }
    }
    return c.inputs.padded(rows, width, 0).toArray();
  }

  /** Sums over rows may be taken in another order; what belongs to one row has the same bits. */
  @Test
  void batchFirstIsOnlyALayout() {
    LstmConfig config = LstmConfig.of(6, 19).withNumLayers(2).withBidirectional(true);
    GradientCase timeMajor = GradientCase.dense(config, 7, 5, true, 1);
    GradientCase batchMajor = GradientCase.dense(config.withBatchFirst(true), 7, 5, true, 1);
    try (TrainableLstm a = model(timeMajor);
        TrainableLstm b = model(batchMajor)) {
      LstmGradients first = runDense(a, timeMajor);
      LstmGradients second = runDense(b, batchMajor);
      for (int row = 0; row < 5; row++) {
        for (int t = 0; t < 7; t++) {
          for (int k = 0; k < 6; k++) {
            assertEquals(first.input().get(t, row, k), second.input().get(row, t, k));
          }
        }
      }
      assertArrayEquals(first.initial().h().toArray(), second.initial().h().toArray());
      assertArrayEquals(first.initial().c().toArray(), second.initial().c().toArray());
      batchMajor.assertTruth(second);
    }
  }

  @Test
  void unbatchedIsABatchOfOne() {
    LstmConfig config = LstmConfig.of(6, 19).withNumLayers(2).withBidirectional(true);
    GradientCase c = GradientCase.dense(config, 7, 1, true, 1);
    try (TrainableLstm lstm = model(c)) {
      LstmGradients batched = runDense(lstm, c);
      LstmOutput out = new LstmOutput(nans(7, 38), new LstmState(nans(4, 19), nans(4, 19)));
      lstm.forward(c.inputs.sequence(0), c.inputs.initial(0), out);
      LstmGradients into =
          new LstmGradients(
              nans(7, 6), new LstmState(nans(4, 19), nans(4, 19)), c.into().parameters());
      LstmState state = c.state();
      lstm.backward(
          c.output(0).reshape(7, 38),
          new LstmState(state.h().reshape(4, 19), state.c().reshape(4, 19)),
          into,
          false);
      assertSameBits("unbatched", batched, into);
    }
  }

  @ParameterizedTest
  @MethodSource("ragged")
  void forwardIsThatOfLstm(GradientCase c) {
    LstmCase inputs = c.inputs;
    try (TrainableLstm trainable = model(c);
        Lstm lstm = Lstm.create(inputs.parameters(), options())) {
      LstmOutput actual = inputs.into();
      LstmOutput expected = inputs.into();
      trainable.forward(inputs.input(Float.NaN), inputs.lengths, inputs.initial(), actual);
      lstm.forward(inputs.input(Float.NaN), inputs.lengths, inputs.initial(), expected);
      BackendContract.assertSameBits("padded", expected, actual);
      trainable.forward(inputs.input(0.5f), null, actual);
      lstm.forward(inputs.input(0.5f), null, expected);
      BackendContract.assertSameBits("dense", expected, actual);
      PackedSequence packed = inputs.packed();
      PackedOutput packedActual = inputs.into(packed);
      PackedOutput packedExpected = inputs.into(packed);
      trainable.forward(packed, inputs.initial(), packedActual);
      lstm.forward(packed, inputs.initial(), packedExpected);
      BackendContract.assertSameBits(
          "packed",
          new LstmOutput(packedExpected.output().data(), packedExpected.state()),
          new LstmOutput(packedActual.output().data(), packedActual.state()));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4})
  void threadsDoNotChangeABit(int threads) {
    LstmOptions more = options().withThreads(threads);
    Stream<GradientCase> alone =
        Stream.of(GradientCase.dense(LstmConfig.of(33, 65).withNumLayers(2), 9, 1, true, 1));
    Stream<GradientCase> wide =
        Stream.of(GradientCase.dense(LstmConfig.of(33, 65).withProjSize(31), 3, 37, true, 1));
    Stream.concat(ragged(), Stream.concat(alone, wide))
        .forEach(
            c -> {
              LstmParameters parameters = c.inputs.parameters();
              try (TrainableLstm one = TrainableLstm.create(parameters, options().withThreads(1));
                  TrainableLstm several = TrainableLstm.create(parameters, more)) {
                LstmGradients expected = run(one, c);
                for (int k = 0; k < 5; k++) {
                  assertSameBits(c.toString(), expected, run(several, c));
                }
              }
            });
  }
}
