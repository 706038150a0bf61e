package io.github.lstm4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every backend and CPU variant must do: each has a subclass that says how to make its models.
 * Right answers, by the contract below this one; and one answer, however it is asked for.
 */
abstract class BackendContract extends AnswerContract {
  /**
   * Whether a sequence has the same bits alone, in a batch, packed, padded and step by step. Not
   * with OpenBLAS, whose order of summation depends on the number of rows.
   */
  boolean batchInvariant() {
    return true;
  }

  /** The same numbers: to the bit where the backend promises that, else to the usual bound. */
  private void assertSame(String what, float[] expected, float[] actual) {
    if (batchInvariant()) {
      assertArrayEquals(expected, actual, what);
    } else {
      LstmCase.assertClose(what, expected, actual);
    }
  }

  static Stream<LstmCase> ragged() {
    LstmConfig config = LstmConfig.of(6, 19).withNumLayers(2);
    LstmConfig all = config.withBidirectional(true).withProjSize(7);
    return Stream.of(
        LstmCase.ragged(config, 8, new int[] {3, 8, 1, 8, 5, 2, 7}, true, 1),
        LstmCase.ragged(all, 8, new int[] {3, 8, 1, 8, 5, 2, 7}, true, 2),
        LstmCase.ragged(all.withBatchFirst(true), 6, new int[] {2, 5, 5, 1, 4}, false, 3),
        LstmCase.ragged(all.withBatchFirst(true), 6, new int[] {6, 6, 4, 2, 1}, true, 4));
  }

  @ParameterizedTest
  @MethodSource("ragged")
  void packedEqualsPaddedEqualsOneByOne(LstmCase c) {
    try (Lstm lstm = model(c)) {
      LstmOutput padded = run(lstm, c);
      c.assertTruth(padded.output(), padded.state());
      PackedOutput packed = c.into(c.packed());
      lstm.forward(c.packed(), c.initial(), packed);
      PackedSequence listed = PackedSequence.pack(sequences(c));
      PackedOutput fromList = lstm.forward(listed, c.initial());
      for (int b = 0; b < c.batch(); b++) {
        LstmOutput alone = lstm.forward(c.sequence(b), c.initial(b));
        String what = c + ": sequence " + b + " in a padded batch";
        assertSame(what, alone.output().toArray(), c.outputOf(padded.output().toArray(), b));
        assertStates(c, b, what, alone.state(), padded.state());
      }
      // Packing does not change the rows side by side, so here every backend has the same bits.
      LstmState state = padded.state();
      Tensor unpacked = packed.output().pad(c.config.batchFirst(), 0);
      Tensor unlisted = fromList.output().pad(c.config.batchFirst(), 0);
      for (int b = 0; b < c.batch(); b++) {
        float[] expected = c.outputOf(padded.output().toArray(), b);
        if (Arrays.stream(c.lengths).max().getAsInt() == c.steps) {
          assertArrayEquals(expected, c.outputOf(unpacked.toArray(), b), "packed " + b);
          assertArrayEquals(expected, c.outputOf(unlisted.toArray(), b), "packed list " + b);
        }
      }
      assertSameBits(
          "packed state",
          new LstmOutput(unpacked, state),
          new LstmOutput(unpacked, packed.state()));
      assertSameBits(
          "packed list state",
          new LstmOutput(unlisted, state),
          new LstmOutput(unlisted, fromList.state()));
    }
  }

  private static List<Tensor> sequences(LstmCase c) {
    return IntStream.range(0, c.batch()).mapToObj(c::sequence).toList();
  }

  private void assertStates(LstmCase c, int b, String what, LstmState alone, LstmState batch) {
    float[] h = c.stateOf(batch.h().toArray(), b, c.config.outputSize());
    float[] cell = c.stateOf(batch.c().toArray(), b, c.config.hiddenSize());
    assertSame(what + ": hn", alone.h().toArray(), h);
    assertSame(what + ": cn", alone.c().toArray(), cell);
  }

  /** sortedIndices null says that the caller's order is the packed one; states are in it. */
  @ParameterizedTest
  @MethodSource("ragged")
  void packedInTheCallersOrder(LstmCase c) {
    int[] order = c.packed().sortedIndices();
    try (Lstm lstm = model(c)) {
      PackedSequence unsorted = c.packed();
      PackedSequence sorted = PackedSequence.of(unsorted.data(), unsorted.batchSizes(), null);
      PackedOutput expected = lstm.forward(unsorted, null);
      PackedOutput actual = lstm.forward(sorted, null);
      assertArrayEquals(expected.output().data().toArray(), actual.output().data().toArray());
      int width = c.config.outputSize();
      for (int r = 0; r < order.length; r++) {
        assertArrayEquals(
            c.stateOf(expected.state().h().toArray(), order[r], width),
            c.stateOf(actual.state().h().toArray(), r, width),
            "row " + r);
      }
    }
  }

  /** A model's temporary memory is shared by calls of every kind, an argument's is not. */
  @Test
  void aPackedSequenceIsNotChangedByLaterCalls() {
    LstmCase c = LstmCase.ragged(LstmConfig.of(2, 3), 5, new int[] {1, 5, 3}, true, 1);
    LstmCase other = LstmCase.ragged(LstmConfig.of(2, 3), 5, new int[] {5, 4, 3}, true, 1);
    try (Lstm lstm = model(c)) {
      PackedSequence packed = c.packed();
      PackedOutput before = lstm.forward(packed, c.initial());
      run(lstm, other);
      assertArrayEquals(new int[] {1, 2, 0}, packed.sortedIndices());
      assertArrayEquals(new int[] {1, 5, 3}, packed.lengths());
      PackedOutput after = lstm.forward(packed, c.initial());
      assertArrayEquals(before.state().h().toArray(), after.state().h().toArray());
    }
  }

  /** The order of a padded batch is its own: what comes after it is in the caller's. */
  @Test
  void aStepAfterAPaddedBatchIsInTheCallersOrder() {
    LstmCase c = LstmCase.ragged(LstmConfig.of(2, 3), 5, new int[] {1, 5, 3}, true, 1);
    Tensor x = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2);
    try (Lstm fresh = model(c);
        Lstm used = model(c)) {
      run(used, c);
      LstmState expected = c.initial().copy();
      LstmState actual = c.initial().copy();
      Tensor expectedOutput = Tensor.allocate(3, 3);
      Tensor output = Tensor.allocate(3, 3);
      fresh.step(x, expected, expectedOutput);
      used.step(x, actual, output);
      assertArrayEquals(expectedOutput.toArray(), output.toArray());
      assertArrayEquals(expected.h().toArray(), actual.h().toArray());
      assertArrayEquals(expected.c().toArray(), actual.c().toArray());
    }
  }

  @Test
  void batchFirstIsOnlyALayout() {
    LstmConfig config = LstmConfig.of(6, 19).withNumLayers(2).withBidirectional(true);
    LstmCase timeMajor = LstmCase.dense(config, 7, 5, true, 1);
    LstmCase batchMajor = LstmCase.dense(config.withBatchFirst(true), 7, 5, true, 1);
    try (Lstm a = model(timeMajor);
        Lstm b = model(batchMajor)) {
      LstmOutput first = runDense(a, timeMajor);
      LstmOutput second = runDense(b, batchMajor);
      for (int row = 0; row < 5; row++) {
        assertArrayEquals(
            timeMajor.outputOf(first.output().toArray(), row),
            batchMajor.outputOf(second.output().toArray(), row));
      }
      assertArrayEquals(first.hn().toArray(), second.hn().toArray());
      assertArrayEquals(first.cn().toArray(), second.cn().toArray());
    }
  }

  @Test
  void unbatchedIsABatchOfOne() {
    LstmConfig config = LstmConfig.of(6, 19).withNumLayers(2).withBidirectional(true);
    LstmCase c = LstmCase.dense(config, 7, 1, true, 1);
    try (Lstm lstm = model(c)) {
      LstmOutput batched = runDense(lstm, c);
      LstmOutput alone = lstm.forward(c.sequence(0), c.initial(0));
      assertArrayEquals(new int[] {7, 38}, alone.output().shape());
      assertArrayEquals(new int[] {4, 19}, alone.hn().shape());
      assertArrayEquals(new int[] {4, 19}, alone.cn().shape());
      assertSameBits("unbatched", batched, alone);
    }
  }

  /** Wide enough that every schedule takes the batch and its steps in several parts. */
  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void aBatchOf64InSeveralChunksEqualsOneByOneAndStepByStep(int projSize) {
    int hidden = projSize == 0 ? 160 : 512;
    int steps = projSize == 0 ? 26 : 9;
    LstmConfig config = LstmConfig.of(3, hidden).withProjSize(projSize);
    LstmCase c = LstmCase.dense(config, steps, 64, true, 1);
    assertTrue(steps * 64 * 4 * hidden > 1 << 20, "the case needs more than one chunk");
    try (Lstm lstm = model(c)) {
      LstmOutput once = runDense(lstm, c);
      for (int b : new int[] {0, 1, 31, 32, 63}) {
        LstmOutput alone = lstm.forward(c.sequence(b), c.initial(b));
        String what = c + ": sequence " + b;
        assertSame(what, alone.output().toArray(), c.outputOf(once.output().toArray(), b));
        assertStates(c, b, what, alone.state(), once.state());
      }
      LstmState state = c.initial();
      Tensor h = Tensor.allocate(64, config.outputSize());
      float[] x = c.input(0).toArray();
      float[] outputs = new float[once.output().size()];
      for (int t = 0; t < steps; t++) {
        float[] frame = Arrays.copyOfRange(x, t * 64 * 3, (t + 1) * 64 * 3);
        lstm.step(Tensor.of(frame, 64, 3), state, h);
        System.arraycopy(h.toArray(), 0, outputs, t * h.size(), h.size());
      }
      assertSame("step by step", once.output().toArray(), outputs);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4})
  void severalThreadsEqualOne(int threads) {
    LstmConfig config = LstmConfig.of(33, 65).withNumLayers(2);
    Stream.concat(
            ragged(),
            Stream.of(
                LstmCase.ragged(config, 9, new int[] {9}, true, 5),
                LstmCase.ragged(config.withProjSize(31), 3, LstmCase.lengths(37, 3, 1), true, 6)))
        .forEach(
            c -> {
              try (Lstm one = model(c);
                  Lstm several = Lstm.create(c.parameters(), options().withThreads(threads))) {
                LstmOutput expected = run(one, c);
                for (int k = 0; k < 5; k++) {
                  LstmOutput actual = run(several, c);
                  assertSame(
                      c + ": output", expected.output().toArray(), actual.output().toArray());
                  assertSame(c + ": hn", expected.hn().toArray(), actual.hn().toArray());
                  assertSame(c + ": cn", expected.cn().toArray(), actual.cn().toArray());
                }
              }
            });
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 7})
  void stepByStepEqualsOneCall(int projSize) {
    LstmConfig config = LstmConfig.of(6, 19).withNumLayers(3).withProjSize(projSize);
    LstmCase c = LstmCase.dense(config, 9, 4, true, 1);
    try (Lstm lstm = model(c)) {
      LstmOutput once = runDense(lstm, c);
      LstmState state = c.initial();
      Tensor h = Tensor.allocate(4, config.outputSize()).fill(Float.NaN);
      float[] x = c.input(0).toArray();
      float[] outputs = new float[once.output().size()];
      for (int t = 0; t < 9; t++) {
        float[] frame = Arrays.copyOfRange(x, t * 24, (t + 1) * 24);
        lstm.step(Tensor.of(frame, 4, 6), state, h);
        System.arraycopy(h.toArray(), 0, outputs, t * h.size(), h.size());
      }
      assertSame("output", once.output().toArray(), outputs);
      assertSame("hn", once.hn().toArray(), state.h().toArray());
      assertSame("cn", once.cn().toArray(), state.c().toArray());
    }
  }

  @Test
  void unbatchedStepIsABatchOfOne() {
    LstmCase c = LstmCase.dense(LstmConfig.of(6, 19).withNumLayers(2), 1, 1, true, 1);
    try (Lstm lstm = model(c)) {
      LstmOutput once = runDense(lstm, c);
      LstmState state = c.initial(0);
      Tensor h = Tensor.allocate(19).fill(Float.NaN);
      lstm.step(c.sequence(0).reshape(6), state, h);
      assertSameBits("step", once, new LstmOutput(h, state));
    }
  }

  /** The product of a state of zeros is left out, but not beside another state. */
  @ParameterizedTest
  @ValueSource(ints = {0, 7})
  void aStateOfZerosBesideOthersEqualsNoState(int projSize) {
    LstmConfig config =
        LstmConfig.of(6, 19).withNumLayers(2).withBidirectional(true).withProjSize(projSize);
    LstmCase c = LstmCase.dense(config, 3, 4, true, 1);
    try (Lstm lstm = model(c)) {
      for (int zero = 0; zero < 4; zero++) {
        LstmState initial = c.initial();
        for (int state = 0; state < c.states(); state++) {
          clear(initial.h(), state, zero);
          clear(initial.c(), state, zero);
        }
        LstmOutput batch = lstm.forward(c.input(0), initial);
        LstmOutput alone = lstm.forward(c.sequence(zero));
        String what = "sequence " + zero;
        assertSame(what, alone.output().toArray(), c.outputOf(batch.output().toArray(), zero));
        assertStates(c, zero, what, alone.state(), batch.state());
      }
    }
  }

  private static void clear(Tensor states, int state, int row) {
    for (int k = 0; k < states.dim(2); k++) {
      states.set(0, state, row, k);
    }
  }

  /** Parts of a sequence, the state carried in place: into.state() is the initial state. */
  @Test
  void partsOfASequenceEqualOneCall() {
    LstmCase c = LstmCase.dense(LstmConfig.of(6, 19).withNumLayers(2), 10, 4, true, 1);
    try (Lstm lstm = model(c)) {
      LstmOutput once = runDense(lstm, c);
      float[] x = c.input(0).toArray();
      LstmState state = c.initial();
      float[] outputs = new float[once.output().size()];
      int from = 0;
      for (int to : new int[] {1, 4, 4, 10}) {
        Tensor part = Tensor.of(Arrays.copyOfRange(x, from * 24, to * 24), to - from, 4, 6);
        Tensor out = Tensor.allocate(to - from, 4, 19).fill(Float.NaN);
        lstm.forward(part, state, new LstmOutput(out, state));
        System.arraycopy(out.toArray(), 0, outputs, from * 4 * 19, out.size());
        from = to;
      }
      assertSame("output", once.output().toArray(), outputs);
      assertSame("hn", once.hn().toArray(), state.h().toArray());
      assertSame("cn", once.cn().toArray(), state.c().toArray());
    }
  }

  @ParameterizedTest
  @MethodSource("ragged")
  void theStateMayBeUpdatedInPlace(LstmCase c) {
    LstmCase withState = LstmCase.ragged(c.config, c.steps, c.lengths, true, 9);
    try (Lstm lstm = model(withState)) {
      LstmOutput apart = run(lstm, withState);
      LstmState state = withState.initial();
      LstmOutput inPlace = new LstmOutput(withState.into().output(), state);
      lstm.forward(withState.input(Float.NaN), withState.lengths, state, inPlace);
      assertSameBits("padded", apart, inPlace);
      PackedSequence packed = withState.packed();
      LstmState packedState = withState.initial();
      lstm.forward(
          packed, packedState, new PackedOutput(withState.into(packed).output(), packedState));
      assertArrayEquals(apart.hn().toArray(), packedState.h().toArray());
      assertArrayEquals(apart.cn().toArray(), packedState.c().toArray());
    }
  }

  // ---- what is read and written, and what is not

  @ParameterizedTest
  @MethodSource("ragged")
  void argumentsThatAreReadAreNotWritten(LstmCase c) {
    LstmCase withState = LstmCase.ragged(c.config, c.steps, c.lengths, true, 9);
    LstmParameters parameters = withState.parameters();
    Tensor x = withState.input(5);
    int[] lengths = withState.lengths.clone();
    LstmState initial = withState.initial();
    try (Lstm lstm = Lstm.create(parameters, options())) {
      lstm.forward(x, lengths, initial, withState.into());
      lstm.forward(x, initial, withState.into());
    }
    assertArrayEquals(withState.input(5).toArray(), x.toArray());
    assertArrayEquals(withState.lengths, lengths);
    assertArrayEquals(withState.initial().h().toArray(), initial.h().toArray());
    assertArrayEquals(withState.initial().c().toArray(), initial.c().toArray());
    withState
        .parameters()
        .tensors()
        .forEach((name, t) -> assertArrayEquals(t.toArray(), parameters.get(name).toArray(), name));
  }

  @Test
  void theWeightsAreCopied() {
    LstmCase c = LstmCase.dense(LstmConfig.of(4, 6).withProjSize(2), 3, 2, true, 1);
    LstmParameters parameters = c.parameters();
    try (Lstm lstm = Lstm.create(parameters, options())) {
      parameters.tensors().values().forEach(t -> t.fill(Float.NaN).close());
      LstmOutput out = runDense(lstm, c);
      c.assertTruth(out.output(), out.state());
    }
  }

  @ParameterizedTest
  @MethodSource("ragged")
  void paddingIsNeverRead(LstmCase c) {
    try (Lstm lstm = model(c)) {
      for (float padding : new float[] {0, Float.NaN, Float.POSITIVE_INFINITY, 1e30f}) {
        LstmOutput out = c.into();
        lstm.forward(c.input(padding), c.lengths, c.initial(), out);
        assertSameBits("padding " + padding, run(lstm, c), out);
      }
    }
  }

  /** Many rows, so that rows are computed side by side; the bad one in every position. */
  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
  void aBadNumberStaysInItsRow(float bad) {
    LstmConfig config =
        LstmConfig.of(6, 19).withNumLayers(2).withBidirectional(true).withBatchFirst(true);
    LstmCase c = LstmCase.dense(config, 3, 9, true, 1);
    try (Lstm lstm = model(c)) {
      LstmOutput good = runDense(lstm, c);
      for (int row = 0; row < 9; row++) {
        Tensor x = c.input(0);
        x.set(bad, row, 1, 2);
        LstmOutput out = c.into();
        lstm.forward(x, c.initial(), out);
        for (int b = 0; b < 9; b++) {
          float[] expected = c.outputOf(good.output().toArray(), b);
          float[] actual = c.outputOf(out.output().toArray(), b);
          if (b != row) {
            assertArrayEquals(expected, actual, "row " + b + ", bad row " + row);
          } else {
            assertFalse(Arrays.equals(expected, actual), "row " + row + " has to change");
          }
        }
        float[] expected = good.cn().toArray();
        float[] actual = out.cn().toArray();
        for (int b = 0; b < 9; b++) {
          if (b != row) {
            assertArrayEquals(c.stateOf(expected, b, 19), c.stateOf(actual, b, 19), "cn " + b);
          }
        }
      }
    }
  }

  /** Slices at odd offsets of larger buffers, whose other elements stay as they are. */
  @Test
  void wrappedBuffersEqualOwnedTensors() {
    LstmConfig config = LstmConfig.of(5, 19).withNumLayers(2).withBidirectional(true);
    LstmCase c = LstmCase.dense(config, 4, 3, true, 1);
    List<FloatBuffer> outer = new ArrayList<>();
    try (Lstm lstm = model(c)) {
      LstmOutput owned = runDense(lstm, c);
      LstmState initial = c.initial();
      LstmOutput into =
          new LstmOutput(
              wrapped(c.into().output(), outer),
              new LstmState(wrapped(c.into().hn(), outer), wrapped(c.into().cn(), outer)));
      lstm.forward(
          wrapped(c.input(0), outer),
          new LstmState(wrapped(initial.h(), outer), wrapped(initial.c(), outer)),
          into);
      assertSameBits("wrapped", owned, into);
    }
    assertOnlySlicesWereWritten(outer);
  }

  /** By reflection: arenas came with JDK 22. */
  @Test
  void memoryOfAClosedArenaIsRefused() throws ReflectiveOperationException {
    assumeTrue(Runtime.version().feature() >= 22, "no arenas before JDK 22");
    LstmConfig config = LstmConfig.of(3, 5);
    LstmCase c = LstmCase.dense(config, 4, 2, true, 1);
    Class<?> arenas = Class.forName("java.lang.foreign.Arena");
    AutoCloseable arena = (AutoCloseable) arenas.getMethod("ofShared").invoke(null);
    Object segment =
        arenas.getMethod("allocate", long.class).invoke(arena, (long) 4 * 2 * 3 * Float.BYTES);
    ByteBuffer bytes =
        (ByteBuffer)
            Class.forName("java.lang.foreign.MemorySegment")
                .getMethod("asByteBuffer")
                .invoke(segment);
    FloatBuffer floats = bytes.order(ByteOrder.nativeOrder()).asFloatBuffer();
    Tensor x = Tensor.wrap(floats, 4, 2, 3);
    Tensor h = Tensor.wrap(floats.slice(0, 2 * 5), 1, 2, 5);
    try (Lstm lstm = model(c)) {
      LstmOutput into = c.into();
      lstm.forward(x, null, into);
      assertDoesNotThrow(arena::close);
      assertThrows(IllegalStateException.class, () -> lstm.forward(x, null, into));
      into.output().fill(7);
      LstmOutput last = new LstmOutput(into.output(), new LstmState(h, into.cn()));
      assertThrows(IllegalStateException.class, () -> lstm.forward(c.input(0), null, last));
      assertEquals(7, into.output().get(0, 0, 0), "it was written though the call was refused");
    }
  }

  /** Outside of the slices that {@link #wrapped} made, all is as it was. */
  static void assertOnlySlicesWereWritten(List<FloatBuffer> outer) {
    for (FloatBuffer buffer : outer) {
      FloatBuffer whole = buffer.duplicate().clear();
      for (int k = 0; k < buffer.capacity(); k++) {
        if (k < buffer.position() || k >= buffer.limit()) {
          assertEquals(-7f, whole.get(k), "written outside its slice");
        }
      }
    }
  }

  /** A copy at an odd offset of a larger buffer of -7s, which is kept. */
  static Tensor wrapped(Tensor tensor, List<FloatBuffer> outer) {
    int offset = 3 + outer.size();
    FloatBuffer buffer =
        ByteBuffer.allocateDirect((tensor.size() + offset + 20) * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    for (int k = 0; k < buffer.capacity(); k++) {
      buffer.put(k, -7f);
    }
    buffer.position(offset).limit(offset + tensor.size());
    buffer.put(offset, tensor.toArray());
    outer.add(buffer);
    return Tensor.wrap(buffer, tensor.shape());
  }

  /** Temporary memory that held NaN everywhere, and more of it than is needed. */
  @ParameterizedTest
  @MethodSource("ragged")
  void anAnswerDoesNotDependOnEarlierCalls(LstmCase c) {
    try (Lstm fresh = model(c);
        Lstm used = model(c)) {
      int[] shape = {40, 41, c.config.inputSize()};
      used.forward(Tensor.allocate(shape).fill(Float.NaN));
      int[] lengths = LstmCase.lengths(c.config.batchFirst() ? 40 : 41, 40, 1);
      used.forward(Tensor.allocate(shape).fill(Float.NaN), lengths, null);
      LstmOutput expected = run(fresh, c);
      assertSameBits("after NaN", expected, run(used, c));
      assertSameBits("again", expected, run(used, c));
    }
  }

  @Test
  void dropoutHasNoEffectAtInference() {
    LstmConfig config = LstmConfig.of(6, 9).withNumLayers(3);
    LstmCase without = LstmCase.dense(config, 4, 3, true, 1);
    LstmCase with = LstmCase.dense(config.withDropout(1), 4, 3, true, 1);
    try (Lstm a = model(without);
        Lstm b = model(with)) {
      assertSameBits("dropout 1", runDense(a, without), runDense(b, with));
    }
  }

  @Test
  void theReportNamesTheBackend() {
    try (Lstm lstm = model(LstmCase.dense(LstmConfig.of(1, 1), 1, 1, false, 1))) {
      BackendReport report = lstm.report();
      assertEquals(options().backend(), report.backend());
      assertEquals(options().backend(), report.requested());
      if (options().cpuVariant() != null) {
        assertEquals(options().cpuVariant(), report.variant());
      }
      assertTrue(report.toString().contains(report.reason()), report::toString);
    }
  }
}
