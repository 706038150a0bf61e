package io.github.lstm4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lstm4j.reference.Golden;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * That every backend and CPU variant answers rightly: as libtorch did, and as an independent
 * reference in double precision does.
 *
 * <p>Outputs are handed in full of NaN, padding too, so that whatever is read but not written, or
 * not written at all, shows.
 */
abstract class AnswerContract extends OneBackend {
  /** Widths around the 4, 8 and 16 floats of a vector and the 64 of a panel, and primes. */
  private static final int[] SIZES = {
    1, 2, 3, 4, 5, 7, 8, 9, 11, 13, 15, 16, 17, 23, 31, 32, 33, 37, 61, 63, 64, 65
  };

  Lstm model(LstmCase c) {
    return Lstm.create(c.parameters(), options());
  }

  static void assertSameBits(String what, LstmOutput expected, LstmOutput actual) {
    assertArrayEquals(expected.output().toArray(), actual.output().toArray(), what + ": output");
    assertArrayEquals(expected.hn().toArray(), actual.hn().toArray(), what + ": hn");
    assertArrayEquals(expected.cn().toArray(), actual.cn().toArray(), what + ": cn");
  }

  /** Runs into NaN-filled tensors, with NaN in the padding. */
  static LstmOutput run(Lstm lstm, LstmCase c) {
    LstmOutput into = c.into();
    lstm.forward(c.input(Float.NaN), c.lengths, c.initial(), into);
    return into;
  }

  static LstmOutput runDense(Lstm lstm, LstmCase c) {
    LstmOutput into = c.into();
    lstm.forward(c.input(Float.NaN), c.initial(), into);
    return into;
  }

  void assertTruth(LstmCase c) {
    try (Lstm lstm = model(c)) {
      LstmOutput out = run(lstm, c);
      c.assertTruth(out.output(), out.state());
    }
  }

  void assertDenseTruth(LstmCase c) {
    try (Lstm lstm = model(c)) {
      LstmOutput out = runDense(lstm, c);
      c.assertTruth(out.output(), out.state());
    }
  }

  // ---- against PyTorch

  static Stream<String> goldens() {
    return Golden.names().stream().filter(name -> !Golden.load(name).cell());
  }

  static Stream<String> packedGoldens() {
    return Golden.names().stream().filter(name -> Golden.load(name).packed());
  }

  static Stream<String> cellGoldens() {
    return Golden.names().stream().filter(name -> Golden.load(name).cell());
  }

  static Map<String, Tensor> tensors(Golden golden) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    Map<String, int[]> shapes = golden.config().parameterShapes();
    golden
        .parameters()
        .forEach((name, data) -> tensors.put(name, Tensor.of(data, shapes.get(name))));
    return tensors;
  }

  static Tensor tensor(Golden golden, String name) {
    return Tensor.of(golden.floats(name), golden.shape(name));
  }

  private Lstm model(Golden golden) {
    return Lstm.create(LstmParameters.of(golden.config(), tensors(golden)), options());
  }

  static LstmState initial(Golden golden) {
    return golden.hasState() ? new LstmState(tensor(golden, "h0"), tensor(golden, "c0")) : null;
  }

  static void assertGolden(Golden golden, String answer, float[] actual) {
    double error = Golden.maxError(golden.truth(answer), actual);
    assertTrue(
        error <= golden.tolerance(answer),
        () -> answer + ": error " + error + ", allowed " + golden.tolerance(answer));
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void agreesWithPyTorch(String name) {
    Golden golden = Golden.load(name);
    try (Lstm lstm = model(golden)) {
      Tensor x = tensor(golden, "x");
      LstmOutput out =
          golden.packed()
              ? lstm.forward(x, golden.lengths(), initial(golden))
              : lstm.forward(x, initial(golden));
      assertGolden(golden, "output", out.output().toArray());
      assertGolden(golden, "hn", out.hn().toArray());
      assertGolden(golden, "cn", out.cn().toArray());
    }
  }

  @ParameterizedTest
  @MethodSource("packedGoldens")
  void agreesWithPyTorchOnPackedSequences(String name) {
    Golden golden = Golden.load(name);
    boolean batchFirst = golden.config().batchFirst();
    try (Lstm lstm = model(golden)) {
      PackedSequence x =
          PackedSequence.pack(
              tensor(golden, "x"), golden.lengths(), batchFirst, golden.enforceSorted());
      PackedOutput out = lstm.forward(x, initial(golden));
      float[] padded = out.output().pad(batchFirst, 0).toArray();
      // A golden may have more padding than its longest sequence; pad stops there.
      int[] shape = golden.shape("f64.output");
      int longest = IntStream.of(golden.lengths()).max().orElseThrow();
      assertEquals(longest * golden.lengths().length * shape[2], padded.length);
      if (longest == shape[batchFirst ? 1 : 0]) {
        assertGolden(golden, "output", padded);
      }
      assertGolden(golden, "hn", out.state().h().toArray());
      assertGolden(golden, "cn", out.state().c().toArray());
    }
  }

  /** nn.LSTMCell, called once per time step. */
  @ParameterizedTest
  @MethodSource("cellGoldens")
  void agreesWithLstmCell(String name) {
    Golden golden = Golden.load(name);
    int[] shape = golden.shape("x");
    int hidden = golden.config().hiddenSize();
    float[] x = golden.floats("x");
    int row = shape[1] * shape[2];
    float[] outputs = new float[shape[0] * shape[1] * hidden];
    try (Lstm lstm = model(golden)) {
      LstmState initial = initial(golden);
      LstmState state = initial == null ? lstm.zeroState(shape[1]) : initial;
      Tensor h = Tensor.allocate(shape[1], hidden).fill(Float.NaN);
      for (int t = 0; t < shape[0]; t++) {
        float[] frame = Arrays.copyOfRange(x, t * row, (t + 1) * row);
        lstm.step(Tensor.of(frame, shape[1], shape[2]), state, h);
        System.arraycopy(h.toArray(), 0, outputs, t * h.size(), h.size());
      }
      assertGolden(golden, "output", outputs);
      assertGolden(golden, "hn", state.h().toArray());
      assertGolden(golden, "cn", state.c().toArray());
    }
  }

  // ---- against the reference

  /** Any configuration, ragged lengths, some padding beyond them. */
  static LstmCase randomCase(long seed) {
    Random random = new Random(seed);
    int hidden = SIZES[random.nextInt(SIZES.length)];
    LstmConfig config =
        LstmConfig.of(SIZES[random.nextInt(SIZES.length)], hidden)
            .withNumLayers(1 + random.nextInt(3))
            .withBias(random.nextInt(4) > 0)
            .withBatchFirst(random.nextBoolean())
            .withDropout(random.nextInt(3) * 0.5)
            .withBidirectional(random.nextBoolean())
            .withProjSize(random.nextInt(3) == 0 ? random.nextInt(hidden) : 0);
    int steps = 1 + random.nextInt(9);
    int batch = 1 + random.nextInt(9);
    return LstmCase.ragged(
        config,
        steps + random.nextInt(2),
        LstmCase.lengths(batch, steps, seed),
        random.nextBoolean(),
        seed);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void agreesWithTheReference(int seed) {
    LstmCase ragged = randomCase(seed);
    assertTruth(ragged);
    assertDenseTruth(
        LstmCase.dense(ragged.config, ragged.steps, ragged.batch(), seed % 2 == 0, seed));
  }

  static IntStream seeds() {
    return IntStream.range(0, 60);
  }

  /** No width is special: every tail of every vector width, in the cell and in the products. */
  @Test
  void agreesWithTheReferenceAtEveryWidth() {
    for (int width = 1; width <= 70; width++) {
      assertDenseTruth(LstmCase.dense(LstmConfig.of(71 - width, width), 2, 3, true, width));
    }
  }

  /** Rows are taken several at a time; no number of them is special either. */
  @Test
  void agreesWithTheReferenceAtEveryBatchSize() {
    LstmConfig config = LstmConfig.of(5, 9).withBidirectional(true).withProjSize(3);
    for (int batch = 1; batch <= 34; batch++) {
      assertDenseTruth(LstmCase.dense(config, 2, batch, true, batch));
      assertTruth(LstmCase.ragged(config, 3, LstmCase.lengths(batch, 3, batch), true, batch));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void runsLongSequences(boolean batchFirst) {
    LstmConfig config =
        LstmConfig.of(3, 8).withNumLayers(2).withBidirectional(true).withBatchFirst(batchFirst);
    assertTruth(LstmCase.ragged(config, 5000, new int[] {4999, 5000, 17}, true, 1));
  }

  /**
   * A chunk of time has 2^20 gate floats, and so has a block of the batch: these pass both, several
   * times and with remainders, at widths that the naive reference can still answer.
   */
  static Stream<LstmCase> chunksAndBlocks() {
    LstmConfig manySteps = LstmConfig.of(2, 1024).withProjSize(2);
    LstmConfig manyRows = LstmConfig.of(1, 4096).withProjSize(1);
    LstmConfig two = manyRows.withBidirectional(true).withBatchFirst(true);
    return Stream.of(
        LstmCase.dense(manySteps, 100, 10, true, 1),
        LstmCase.dense(manySteps.withBidirectional(true), 77, 7, true, 2),
        LstmCase.ragged(
            manySteps.withBidirectional(true), 77, LstmCase.lengths(12, 77, 3), true, 3),
        LstmCase.dense(manyRows, 3, 150, true, 4),
        LstmCase.dense(two, 2, 65, true, 5),
        LstmCase.ragged(two, 4, LstmCase.lengths(150, 4, 6), true, 6),
        // The second half of the batch ends before the first: blocks without rows at late steps.
        LstmCase.ragged(
            two, 9, IntStream.range(0, 130).map(b -> b < 3 ? 9 - b : 1).toArray(), false, 7));
  }

  @ParameterizedTest
  @MethodSource("chunksAndBlocks")
  void runsManyChunksAndBlocks(LstmCase c) {
    int rows = Math.max(1, (1 << 20) / (4 * c.config.hiddenSize()));
    assertTrue(IntStream.of(c.lengths).sum() > rows, "the case needs more than one chunk");
    assertTruth(c);
    if (IntStream.of(c.lengths).allMatch(length -> length == c.steps)) {
      assertDenseTruth(c);
    }
  }

  // ---- nothing to do

  static Stream<LstmConfig> degenerate() {
    LstmConfig plain = LstmConfig.of(3, 5);
    LstmConfig all = plain.withNumLayers(2).withBidirectional(true).withProjSize(2);
    return Stream.of(plain, all, all.withBatchFirst(true));
  }

  @ParameterizedTest
  @MethodSource("degenerate")
  void noStepsLeaveTheStateAsItWas(LstmConfig config) {
    LstmCase c = LstmCase.dense(config, 0, 3, true, 1);
    LstmState zero = new LstmState(c.into().hn().fill(0), c.into().cn().fill(0));
    try (Lstm lstm = model(c)) {
      assertSameBits("state", new LstmOutput(c.into().output(), c.initial()), runDense(lstm, c));
      assertSameBits("no state", new LstmOutput(c.into().output(), zero), lstm.forward(c.input(0)));
      LstmState state = lstm.zeroState();
      Tensor unbatched = Tensor.allocate(0, config.inputSize());
      assertEquals(0, lstm.forward(unbatched, state).output().size());
    }
  }

  @ParameterizedTest
  @MethodSource("degenerate")
  void anEmptyBatchHasAnEmptyAnswer(LstmConfig config) {
    LstmCase c = LstmCase.dense(config, 4, 0, true, 1);
    try (Lstm lstm = model(c)) {
      for (LstmOutput out : List.of(runDense(lstm, c), run(lstm, c), lstm.forward(c.input(0)))) {
        assertArrayEquals(c.into().output().shape(), out.output().shape());
        assertArrayEquals(c.into().hn().shape(), out.hn().shape());
        assertArrayEquals(c.into().cn().shape(), out.cn().shape());
      }
      Tensor none = Tensor.allocate(0, config.inputSize());
      PackedOutput packed = lstm.forward(PackedSequence.of(none, new int[0], null), null);
      assertEquals(0, packed.output().batchSize());
      assertEquals(0, packed.state().h().dim(1));
      if (!config.bidirectional()) {
        lstm.step(none, lstm.zeroState(0), Tensor.allocate(0, config.outputSize()));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("degenerate")
  void oneStepOfOneSequence(LstmConfig config) {
    LstmCase c = LstmCase.dense(config, 1, 1, true, 1);
    assertDenseTruth(c);
    assertTruth(c);
  }
}
