package io.github.lstm4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What else {@link TrainableLstm} must do on every backend and CPU variant: what it reads and
 * writes, and what it keeps. Each has a subclass that says how to make its models.
 */
abstract class GradientContract extends GradientAnswerContract {
  // ---- what backward is given and what it writes

  @ParameterizedTest
  @MethodSource("ragged")
  void accumulatingAddsToWhatWasThere(GradientCase c) {
    try (TrainableLstm lstm = model(c)) {
      LstmGradients alone = run(lstm, c);
      LstmGradients into = c.into();
      Random random = new Random(1);
      GradientCase.tensors(into)
          .values()
          .forEach(tensor -> tensor.copyFrom(LstmCase.uniform(random, tensor.size(), 3)));
      Map<String, float[]> expected = arrays(into);
      arrays(alone).forEach((name, values) -> add(expected.get(name), values));
      lstm.backward(c.output(Float.NaN), c.state(), into, true);
      assertClose("accumulated", expected, arrays(into));
    }
  }

  private static void add(float[] sum, float[] values) {
    for (int k = 0; k < sum.length; k++) {
      sum[k] += values[k];
    }
  }

  /** Dense and packed input's gradient is computed in the caller's own memory, but then not. */
  @Test
  void accumulatingAddsWhereItCouldBeComputedInPlace() {
    GradientCase c = GradientCase.dense(LstmConfig.of(2, 3), 4, 2, true, 1);
    try (TrainableLstm lstm = model(c)) {
      LstmGradients alone = runDense(lstm, c);
      LstmGradients into = c.into();
      GradientCase.tensors(into).values().forEach(tensor -> tensor.fill(1));
      Map<String, float[]> expected = arrays(into);
      arrays(alone).forEach((name, values) -> add(expected.get(name), values));
      lstm.backward(c.output(0), c.state(), into, true);
      assertClose("accumulated", expected, arrays(into));
    }
  }

  @Test
  void accumulatingWithoutStepsLeavesTheParametersGradients() {
    GradientCase c = GradientCase.dense(LstmConfig.of(2, 3), 0, 2, true, 1);
    try (TrainableLstm lstm = model(c)) {
      runDense(lstm, c);
      LstmGradients into = c.into();
      into.parameters().tensors().values().forEach(tensor -> tensor.fill(7));
      lstm.backward(null, c.state(), into, true);
      into.parameters()
          .tensors()
          .forEach((name, tensor) -> assertEquals(7f, tensor.data().get(0), name));
    }
  }

  /** What the padding of the gradient held is what is there plus nothing. */
  @Test
  void accumulatingLeavesThePaddingAsItWas() {
    GradientCase c = GradientCase.ragged(LstmConfig.of(2, 3), 4, new int[] {4, 1}, 1);
    try (TrainableLstm lstm = model(c)) {
      forward(lstm, c);
      LstmGradients into = c.into();
      GradientCase.tensors(into).values().forEach(tensor -> tensor.fill(7));
      lstm.backward(c.output(Float.NaN), c.state(), into, true);
      assertEquals(7f, into.input().get(1, 1, 0));
      assertEquals(7f, into.input().get(3, 1, 1));
    }
  }

  @ParameterizedTest
  @MethodSource("ragged")
  void gradientsNotAskedForAreNotNeeded(GradientCase c) {
    try (TrainableLstm lstm = model(c)) {
      LstmGradients all = run(lstm, c);
      for (int asked = 0; asked < 8; asked++) {
        LstmGradients into = part(c.into(), asked);
        forward(lstm, c);
        lstm.backward(c.output(Float.NaN), c.state(), into, false);
        assertSameBits("parts " + asked, part(all, asked), into);
      }
    }
  }

  private static LstmGradients part(LstmGradients all, int asked) {
    return new LstmGradients(
        (asked & 1) != 0 ? all.input() : null,
        (asked & 2) != 0 ? all.initial() : null,
        (asked & 4) != 0 ? all.parameters() : null);
  }

  @ParameterizedTest
  @MethodSource("ragged")
  void noGradientMeansZeros(GradientCase c) {
    Tensor noOutput = Tensor.allocate(c.output(0).shape());
    LstmState noState = new LstmState(c.state().h().fill(0), c.state().c().fill(0));
    try (TrainableLstm lstm = model(c)) {
      forward(lstm, c);
      for (boolean output : new boolean[] {false, true}) {
        for (boolean state : new boolean[] {false, true}) {
          LstmGradients zeros = c.into();
          LstmGradients nulls = c.into();
          Tensor g = c.output(Float.NaN);
          lstm.backward(output ? g : noOutput, state ? c.state() : noState, zeros, false);
          lstm.backward(output ? g : null, state ? c.state() : null, nulls, false);
          assertClose("output " + output + ", state " + state, arrays(zeros), arrays(nulls));
        }
      }
    }
  }

  /** The gradient of a state that was not given is that of the zeros it stood for. */
  @ParameterizedTest
  @MethodSource("configs")
  void noInitialStateMeansZeros(LstmConfig config) {
    GradientCase c = GradientCase.dense(config, 3, 4, false, 1);
    LstmState zeros = new LstmState(c.state().h().fill(0), c.state().c().fill(0));
    try (TrainableLstm lstm = model(c)) {
      LstmGradients without = runDense(lstm, c);
      lstm.forward(c.inputs.input(0), zeros, c.inputs.into());
      assertClose("zeros", arrays(backward(lstm, c)), arrays(without));
    }
  }

  @ParameterizedTest
  @MethodSource("ragged")
  void backwardTwiceGivesTheSameBits(GradientCase c) {
    try (TrainableLstm lstm = model(c);
        TrainableLstm other = model(c)) {
      LstmGradients first = run(lstm, c);
      assertSameBits("backward again", first, backward(lstm, c));
      assertSameBits("forward and backward again", first, run(lstm, c));
      assertSameBits("another model", first, run(other, c));
    }
  }

  /** All that backward needs was copied by forward, the output too. */
  @ParameterizedTest
  @MethodSource("ragged")
  void whatForwardWasGivenMayChange(GradientCase c) {
    LstmCase inputs = c.inputs;
    try (TrainableLstm lstm = model(c)) {
      LstmGradients expected = run(lstm, c);
      Tensor x = inputs.input(0);
      int[] lengths = inputs.lengths.clone();
      LstmState state = inputs.initial();
      Tensor output = inputs.into().output();
      lstm.forward(x, lengths, state, new LstmOutput(output, state));
      Arrays.fill(lengths, 1);
      Stream.of(x, output, state.h(), state.c()).forEach(tensor -> tensor.fill(Float.NaN).close());
      assertSameBits("padded", expected, backward(lstm, c));

      LstmGradients expectedPacked = runPacked(lstm, c);
      PackedSequence packed = inputs.packed();
      LstmState packedState = inputs.initial();
      PackedOutput out = new PackedOutput(inputs.into(packed).output(), packedState);
      lstm.forward(packed, packedState, out);
      LstmGradients into = c.into(packed);
      Stream.of(packed.data(), out.output().data(), packedState.h(), packedState.c())
          .forEach(tensor -> tensor.fill(Float.NaN).close());
      lstm.backward(c.packedOutput(), c.state(), into, false);
      assertSameBits("packed", expectedPacked, into);
    }
  }

  @ParameterizedTest
  @MethodSource("ragged")
  void argumentsThatAreReadAreNotWritten(GradientCase c) {
    LstmParameters parameters = c.inputs.parameters();
    Tensor x = c.inputs.input(5);
    LstmState initial = c.inputs.initial();
    int[] lengths = c.inputs.lengths.clone();
    Tensor g = c.output(5);
    LstmState state = c.state();
    try (TrainableLstm lstm = TrainableLstm.create(parameters, options())) {
      lstm.forward(x, lengths, initial, c.inputs.into());
      lstm.backward(g, state, c.into(), false);
      lstm.forward(x, initial, c.inputs.into());
      lstm.backward(g, state, c.into(), true);
    }
    assertArrayEquals(c.inputs.input(5).toArray(), x.toArray());
    assertArrayEquals(c.inputs.lengths, lengths);
    assertArrayEquals(c.inputs.initial().h().toArray(), initial.h().toArray());
    assertArrayEquals(c.inputs.initial().c().toArray(), initial.c().toArray());
    assertArrayEquals(c.output(5).toArray(), g.toArray());
    assertArrayEquals(c.state().h().toArray(), state.h().toArray());
    assertArrayEquals(c.state().c().toArray(), state.c().toArray());
    LstmParameters untouched = c.inputs.parameters();
    parameters
        .tensors()
        .forEach((name, t) -> assertArrayEquals(untouched.get(name).toArray(), t.toArray(), name));
  }

  @Test
  void wrappedBuffersEqualOwnedTensors() {
    LstmConfig config = LstmConfig.of(5, 19).withNumLayers(2).withBidirectional(true);
    GradientCase c = GradientCase.dense(config, 4, 3, true, 1);
    List<FloatBuffer> outer = new ArrayList<>();
    try (TrainableLstm lstm = model(c)) {
      LstmGradients owned = runDense(lstm, c);
      LstmOutput out = c.inputs.into();
      lstm.forward(
          BackendContract.wrapped(c.inputs.input(0), outer),
          wrapped(c.inputs.initial(), outer),
          new LstmOutput(
              BackendContract.wrapped(out.output(), outer), wrapped(out.state(), outer)));
      Map<String, Tensor> parameters = new LinkedHashMap<>(c.into().parameters().tensors());
      parameters.replaceAll((name, tensor) -> BackendContract.wrapped(tensor, outer));
      LstmGradients into =
          new LstmGradients(
              BackendContract.wrapped(c.into().input(), outer),
              wrapped(c.into().initial(), outer),
              LstmParameters.of(config, parameters));
      lstm.backward(
          BackendContract.wrapped(c.output(0), outer), wrapped(c.state(), outer), into, false);
      assertSameBits("wrapped", owned, into);
    }
    BackendContract.assertOnlySlicesWereWritten(outer);
  }

  private static LstmState wrapped(LstmState state, List<FloatBuffer> outer) {
    return new LstmState(
        BackendContract.wrapped(state.h(), outer), BackendContract.wrapped(state.c(), outer));
  }

  /** The gradients of output and state may be overwritten by those of input and initial state. */
  @ParameterizedTest
  @MethodSource("configs")
  void gradientsMayBeComputedInPlace(LstmConfig shape) {
    LstmConfig config =
        new LstmConfig(
            shape.numDirections() * shape.outputSize(),
            shape.hiddenSize(),
            shape.numLayers(),
            shape.bias(),
            shape.batchFirst(),
            0,
            shape.bidirectional(),
            shape.projSize());
    GradientCase c = GradientCase.ragged(config, 6, new int[] {2, 5, 1, 6}, 1);
    try (TrainableLstm lstm = model(c)) {
      LstmGradients apart = run(lstm, c);
      Tensor g = c.output(Float.NaN);
      LstmState state = c.state();
      LstmGradients same = new LstmGradients(g, state, c.into().parameters());
      lstm.backward(g, state, same, false);
      assertSameBits("in place", apart, same);
      if (config.projSize() == 0) {
        LstmState from = c.state();
        LstmState crossed = new LstmState(from.c(), from.h());
        lstm.backward(
            c.output(0), from, new LstmGradients(null, crossed, c.into().parameters()), false);
        assertArrayEquals(apart.initial().h().toArray(), crossed.h().toArray());
        assertArrayEquals(apart.initial().c().toArray(), crossed.c().toArray());
      }
    }
  }

  // ---- what a model keeps from one call to the next, and what it does not

  @Test
  void parametersUpdatedInPlaceAreSeenByTheNextForward() {
    LstmConfig config = LstmConfig.of(6, 19).withNumLayers(2).withProjSize(5);
    GradientCase before = GradientCase.dense(config, 4, 3, true, 1);
    GradientCase after = GradientCase.dense(config, 4, 3, true, 2);
    LstmParameters parameters = before.inputs.parameters();
    try (TrainableLstm lstm = TrainableLstm.create(parameters, options());
        TrainableLstm fresh = model(after)) {
      before.assertTruth(runDense(lstm, before));
      overwrite(parameters, after.inputs.parameters());
      forward(lstm, after);
      lstm.backward(after.output(0), null, part(after.into(), 4), false);
      LstmGradients gradients = runDense(lstm, after);
      after.assertTruth(gradients);
      assertSameBits("as a fresh model", runDense(fresh, after), gradients);
      assertSame(parameters, lstm.parameters());
    }
  }

  private static void overwrite(LstmParameters parameters, LstmParameters with) {
    with.tensors().forEach((name, tensor) -> parameters.get(name).copyFrom(tensor));
  }

  /** One layer, which then needs no gradient of its input: its other weights are read anew too. */
  @Test
  void parametersUpdatedInPlaceAreSeenWithoutTheInputsGradient() {
    LstmConfig config = LstmConfig.of(6, 19).withProjSize(5);
    GradientCase before = GradientCase.dense(config, 4, 3, true, 1);
    GradientCase after = GradientCase.dense(config, 4, 3, true, 2);
    LstmParameters parameters = before.inputs.parameters();
    try (TrainableLstm lstm = TrainableLstm.create(parameters, options())) {
      before.assertTruth(runDense(lstm, before));
      overwrite(parameters, after.inputs.parameters());
      forward(lstm, after);
      LstmGradients gradients = part(after.into(), 2 + 4);
      lstm.backward(after.output(0), after.state(), gradients, false);
      after.assertTruth(gradients);
    }
  }

  /** The state goes on from chunk to chunk in place; the gradient stops at the chunk's start. */
  @Test
  void truncatedBackpropagationIsThatOfEachChunkAlone() {
    LstmConfig config = LstmConfig.of(6, 19).withNumLayers(2).withProjSize(7);
    GradientCase first = GradientCase.dense(config, 5, 4, true, 1);
    GradientCase second = GradientCase.dense(config, 3, 4, false, 2);
    LstmParameters parameters = first.inputs.parameters();
    try (TrainableLstm carried = TrainableLstm.create(parameters, options());
        TrainableLstm alone = TrainableLstm.create(parameters, options())) {
      LstmState state = first.inputs.initial();
      LstmOutput out1 = new LstmOutput(first.inputs.into().output(), state);
      carried.forward(first.inputs.input(0), state, out1);
      LstmGradients chunk1 = backward(carried, first);
      LstmState between = state.copy();
      LstmOutput out2 = new LstmOutput(second.inputs.into().output(), state);
      carried.forward(second.inputs.input(0), state, out2);
      LstmGradients chunk2 = backward(carried, second);

      LstmOutput alone2 = second.inputs.into();
      alone.forward(second.inputs.input(0), between, alone2);
      assertSameBits("second chunk", backward(alone, second), chunk2);
      BackendContract.assertSameBits("second chunk", alone2, out2);
      assertSameBits("first chunk", runDense(alone, first), chunk1);
    }
  }

  /** Temporary memory that held NaN everywhere, and more of it than is needed. */
  @ParameterizedTest
  @MethodSource("ragged")
  void gradientsDoNotDependOnEarlierCalls(GradientCase c) {
    LstmConfig config = c.inputs.config;
    try (TrainableLstm fresh = model(c);
        TrainableLstm used = model(c)) {
      GradientCase larger = GradientCase.dense(config, 40, 41, true, 1);
      used.forward(larger.inputs.input(0).fill(Float.NaN), null, larger.inputs.into());
      used.backward(larger.output(0).fill(Float.NaN), null, larger.into(), false);
      LstmGradients expected = run(fresh, c);
      assertSameBits("after NaN", expected, run(used, c));
      runPacked(used, c);
      assertSameBits("after another form", expected, run(used, c));
    }
  }

  /** Many rows, so that rows are computed side by side; the bad one in every position. */
  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
  void aBadNumberStaysInItsRow(float bad) {
    LstmConfig config =
        LstmConfig.of(6, 19).withNumLayers(2).withBidirectional(true).withBatchFirst(true);
    GradientCase c = GradientCase.dense(config, 3, 9, true, 1);
    try (TrainableLstm lstm = model(c)) {
      LstmGradients good = runDense(lstm, c);
      for (int row = 0; row < 9; row++) {
        Tensor x = c.inputs.input(0);
        x.set(bad, row, 1, 2);
        lstm.forward(x, c.inputs.initial(), c.inputs.into());
        LstmGradients actual = backward(lstm, c);
        for (int b = 0; b < 9; b++) {
          String what = "row " + b + ", bad row " + row;
          boolean same = Arrays.equals(rowOf(c, good, b), rowOf(c, actual, b));
          assertEquals(b != row, same, what);
        }
        assertFalse(Float.isFinite(actual.parameters().get("weight_ih_l0").get(0, 2)));
      }
    }
  }

  /** All that one sequence of a dense, batch-first case has for itself: x, h0 and c0. */
  private static float[] rowOf(GradientCase c, LstmGradients gradients, int b) {
    float[] x = gradients.input().toArray();
    int size = x.length / c.inputs.batch();
    float[] h = c.inputs.stateOf(gradients.initial().h().toArray(), b, 19);
    float[] cell = c.inputs.stateOf(gradients.initial().c().toArray(), b, 19);
    float[] row = Arrays.copyOfRange(x, b * size, (b + 1) * size + h.length + cell.length);
    System.arraycopy(h, 0, row, size, h.length);
    System.arraycopy(cell, 0, row, size + h.length, cell.length);
    return row;
  }

  @Test
  void theWorkspaceGrowsWithTheLargestCallAlone() {
    LstmConfig config = LstmConfig.of(3, 5);
    GradientCase small = GradientCase.dense(config, 2, 2, true, 1);
    GradientCase large = GradientCase.dense(config, 200, 9, true, 1);
    try (TrainableLstm lstm = model(small)) {
      runDense(lstm, small);
      long little = lstm.workspaceBytes();
      runDense(lstm, large);
      long much = lstm.workspaceBytes();
      // Backward cannot do with less than the gates of every row.
      assertTrue(much - little >= 200 * 9 * 4 * 5 * Float.BYTES - little, little + " to " + much);
      runDense(lstm, small);
      runDense(lstm, large);
      assertEquals(much, lstm.workspaceBytes());
    }
  }

  /** The sum that TrainableLstm documents, with I = H = Hout = 5, L = 3, D = 1 and batch first. */
  @Test
  void theWorkspaceHasAllThatIsDocumented() {
    LstmConfig config = LstmConfig.of(5, 5).withNumLayers(3).withBatchFirst(true);
    GradientCase c = GradientCase.dense(config, 50, 8, true, 1);
    try (TrainableLstm lstm = model(c)) {
      runDense(lstm, c);
      long forward = (5 + 2 * 5) + 3 * (5 * 5 + 5) + 5;
      long backward = 4 * 5 + 2 * 5;
      long least = 50 * 8 * (forward + backward) * Float.BYTES;
      assertTrue(lstm.workspaceBytes() >= least, lstm.workspaceBytes() + ", not " + least);
    }
  }

  @Test
  void newTensorsHaveTheShapesOfACall() {
    LstmConfig config = LstmConfig.of(3, 5).withNumLayers(2).withBidirectional(true);
    for (boolean batchFirst : new boolean[] {false, true}) {
      GradientCase c =
          GradientCase.dense(config.withBatchFirst(batchFirst).withProjSize(2), 4, 3, true, 1);
      try (TrainableLstm lstm = model(c)) {
        LstmOutput out = lstm.newOutput(c.inputs.input(0));
        LstmState zero = lstm.zeroState(3);
        lstm.forward(c.inputs.input(0), zero, out);
        assertArrayEquals(c.inputs.into().output().shape(), out.output().shape());
        assertArrayEquals(new float[zero.c().size()], zero.c().toArray());
        assertEquals(c.inputs.config, lstm.config());
        LstmGradients into = LstmGradients.ofParameters(lstm.config());
        lstm.backward(c.output(0), null, into, true);
      }
    }
  }

  @Test
  void theReportNamesTheBackend() {
    try (TrainableLstm lstm = model(GradientCase.dense(LstmConfig.of(1, 1), 1, 1, false, 1))) {
      BackendReport report = lstm.report();
      assertEquals(options().backend(), report.backend());
      if (options().cpuVariant() != null) {
        assertEquals(options().cpuVariant(), report.variant());
      }
      assertTrue(report.toString().contains(report.reason()), report::toString);
    }
  }
}
