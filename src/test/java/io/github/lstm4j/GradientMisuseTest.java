package io.github.lstm4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lstm4j.Mistakes.Mistake;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * As {@link MisuseTest}, for {@link TrainableLstm}: a wrong call is refused in words, writes
 * nothing, and leaves the model as it was.
 */
class GradientMisuseTest {
  private static final Class<? extends RuntimeException> ARGUMENT = IllegalArgumentException.class;
  private static final Class<? extends RuntimeException> STATE = IllegalStateException.class;

  // I = 5, H = 5, L = 2, T = 4, B = 2: input and output have one shape, and can be mixed up. The
  // last forward is a dense one unless a row does another.
  private static final LstmConfig CONFIG = LstmConfig.of(5, 5).withNumLayers(2);
  private static final LstmParameters PARAMETERS = LstmParameters.initialize(CONFIG, 1);
  private static final TrainableLstm MODEL = model(PARAMETERS);
  private static final TrainableLstm CLOSED = model(PARAMETERS);

  static {
    CLOSED.close();
  }

  @AfterAll
  static void close() {
    MODEL.close();
  }

  @BeforeEach
  void forward() {
    MODEL.forward(t(4, 2, 5).fill(0.5f), null, out());
  }

  private static TrainableLstm model(LstmParameters parameters) {
    return TrainableLstm.create(parameters, LstmOptions.of(Backend.JAVA));
  }

  private static Tensor t(int... shape) {
    return Tensor.allocate(shape);
  }

  private static Tensor closed(int... shape) {
    Tensor tensor = t(shape);
    tensor.close();
    return tensor;
  }

  private static LstmState state(Tensor h, Tensor c) {
    return new LstmState(h, c);
  }

  private static LstmState state() {
    return state(t(2, 2, 5), t(2, 2, 5));
  }

  private static LstmOutput out() {
    return new LstmOutput(t(4, 2, 5), state());
  }

  private static PackedSequence packed() {
    return PackedSequence.of(t(6, 5), new int[] {2, 2, 1, 1}, new int[] {1, 0});
  }

  private static LstmGradients into(Tensor input, LstmState initial) {
    return new LstmGradients(input, initial, LstmParameters.zeros(CONFIG));
  }

  private static LstmGradients into() {
    return into(t(4, 2, 5), state());
  }

  /** Gradients for the parameters alone, one of them another tensor. */
  private static LstmGradients into(String name, Tensor tensor) {
    Map<String, Tensor> tensors = new LinkedHashMap<>(LstmParameters.zeros(CONFIG).tensors());
    tensors.put(name, tensor);
    return new LstmGradients(null, null, LstmParameters.of(CONFIG, tensors));
  }

  /** As the other, one parameter's gradient being that of another of its shape. */
  private static LstmGradients into(String name, String other) {
    LstmParameters zeros = LstmParameters.zeros(CONFIG);
    Map<String, Tensor> tensors = new LinkedHashMap<>(zeros.tensors());
    tensors.put(name, tensors.get(other));
    return new LstmGradients(null, null, LstmParameters.of(CONFIG, tensors));
  }

  /** A backward that is refused after a dense forward. */
  private static void backward(
      Mistakes t,
      String what,
      Tensor output,
      LstmState state,
      LstmGradients into,
      String... message) {
    t.bad(what, () -> MODEL.backward(output, state, into, false), message);
  }

  static List<Mistake> creation() {
    Mistakes t = new Mistakes();
    t.bad("null parameters", () -> TrainableLstm.create(null), "parameters", "null");
    t.bad("null options", () -> TrainableLstm.create(PARAMETERS, null), "options", "null");
    if (NativeCode.excuse() == null) {
      LstmOptions gemm = LstmOptions.of(Backend.NATIVE).withSchedule(Schedule.GEMM);
      t.bad("GEMM", () -> TrainableLstm.create(PARAMETERS, gemm), "schedule", "got GEMM");
    }
    t.bad("null configuration of gradients", () -> LstmGradients.ofParameters(null), "config");
    t.bad("a batch < 0", () -> MODEL.zeroState(-1), "batch", "0 or more", "got -1");
    t.bad("output for no input", () -> MODEL.newOutput((Tensor) null), "input", "null");
    t.bad("output for an odd input", () -> MODEL.newOutput(t(4, 2, 6)), "input", "got [4, 2, 6]");
    t.bad("output for no packed", () -> MODEL.newOutput((PackedSequence) null), "input", "null");
    t.bad(
        "output for an odd packed",
        () -> MODEL.newOutput(PackedSequence.of(t(6, 6), new int[] {2, 2, 2}, null)),
        "input.data",
        "got [6, 6]");
    return t.rows();
  }

  static List<Mistake> forwards() {
    Mistakes t = new Mistakes();
    t.bad("null input", () -> MODEL.forward((Tensor) null, null, out()), "input", "null");
    t.bad("null packed", () -> MODEL.forward((PackedSequence) null, null, null), "input", "null");
    t.bad("null into", () -> MODEL.forward(t(4, 2, 5), null, null), "into", "null");
    t.bad("null lengths", () -> MODEL.forward(t(4, 2, 5), null, null, out()), "lengths", "null");
    t.bad(
        "input size",
        () -> MODEL.forward(t(4, 2, 7), null, out()),
        "input:",
        "[T, B, 5]",
        "got [4, 2, 7]");
    t.bad(
        "initial state",
        () -> MODEL.forward(t(4, 2, 5), state(t(2, 3, 5), t(2, 2, 5)), out()),
        "initial.h",
        "[2, 2, 5]",
        "got [2, 3, 5]");
    t.bad(
        "output",
        () -> MODEL.forward(t(4, 2, 5), null, new LstmOutput(t(4, 2, 6), state())),
        "into.output",
        "[4, 2, 5]",
        "got [4, 2, 6]");
    t.bad(
        "lengths",
        () -> MODEL.forward(t(4, 2, 5), new int[] {4, 5}, null, out()),
        "lengths[1]",
        "1..4",
        "got 5");
    t.bad(
        "lengths of unbatched input",
        () -> MODEL.forward(t(4, 5), new int[] {4}, null, out()),
        "lengths",
        "got input of shape [4, 5]");
    t.bad(
        "another packing",
        () ->
            MODEL.forward(
                packed(),
                null,
                new PackedOutput(
                    PackedSequence.of(t(6, 5), new int[] {2, 2, 2}, new int[] {1, 0}), state())),
        "into.output",
        "batchSizes");
    t.bad(
        "output is the input",
        () -> {
          Tensor x = t(4, 2, 5);
          MODEL.forward(x, null, new LstmOutput(x, state()));
        },
        "into.output",
        "memory of its own",
        "input");
    return t.rows();
  }

  static List<Mistake> shapes() {
    Mistakes t = new Mistakes();
    backward(t, "null into", t(4, 2, 5), state(), null, "into", "null");
    backward(t, "steps", t(3, 2, 5), null, into(), "output", "[4, 2, 5]", "got [3, 2, 5]");
    backward(t, "batch", t(4, 3, 5), null, into(), "output", "[4, 2, 5]", "got [4, 3, 5]");
    backward(t, "width", t(4, 2, 6), null, into(), "output", "[4, 2, 5]", "got [4, 2, 6]");
    backward(t, "transposed", t(2, 4, 5), null, into(), "output", "[4, 2, 5]", "got [2, 4, 5]");
    backward(t, "flat", t(8, 5), null, into(), "output", "[4, 2, 5]", "got [8, 5]");
    LstmState h = state(t(2, 3, 5), t(2, 2, 5));
    backward(t, "hn", null, h, into(), "state.h", "[2, 2, 5]", "got [2, 3, 5]");
    LstmState c = state(t(2, 2, 5), t(2, 2, 6));
    backward(t, "cn", null, c, into(), "state.c", "[2, 2, 5]", "got [2, 2, 6]");
    LstmState flat = state(t(2, 5), t(2, 5));
    backward(t, "unbatched", null, flat, into(), "state.h", "[2, 2, 5]", "got [2, 5]");
    backward(
        t, "x", null, null, into(t(4, 2, 6), null), "into.input", "[4, 2, 5]", "got [4, 2, 6]");
    backward(t, "x flat", null, null, into(t(8, 5), null), "into.input", "[4, 2, 5]", "got [8, 5]");
    backward(t, "h0", null, null, into(null, h), "into.initial.h", "[2, 2, 5]", "got [2, 3, 5]");
    backward(t, "c0", null, null, into(null, c), "into.initial.c", "[2, 2, 5]", "got [2, 2, 6]");
    backward(
        t,
        "parameters of another model",
        null,
        null,
        LstmGradients.ofParameters(CONFIG.withProjSize(2)),
        "into.parameters.weight_hh_l0",
        "[20, 5]",
        "got [20, 2]");
    backward(
        t,
        "parameters without biases",
        null,
        null,
        LstmGradients.ofParameters(CONFIG.withBias(false)),
        "into.parameters",
        "bias=False");
    backward(
        t,
        "parameters of a larger model",
        null,
        null,
        LstmGradients.ofParameters(CONFIG.withNumLayers(3)),
        "into.parameters",
        "num_layers=3");
    t.bad(
        "padded gradient of a packed output",
        () -> {
          PackedSequence x = packed();
          MODEL.forward(x, null, new PackedOutput(x.withData(t(6, 5)), state()));
          MODEL.backward(t(4, 2, 5), null, into(t(6, 5), null), false);
        },
        "output",
        "[6, 5]",
        "got [4, 2, 5]");
    t.bad(
        "padded gradient for a packed input",
        () -> {
          PackedSequence x = packed();
          MODEL.forward(x, null, new PackedOutput(x.withData(t(6, 5)), state()));
          MODEL.backward(t(6, 5), null, into(t(4, 2, 5), null), false);
        },
        "into.input",
        "[6, 5]",
        "got [4, 2, 5]");
    return t.rows();
  }

  /** What is written has to be memory of its own, but for the gradients it is computed from. */
  static List<Mistake> memory() {
    Mistakes t = new Mistakes();
    Tensor h = t(2, 2, 5);
    backward(t, "h0 is c0", null, null, into(null, state(h, h)), "into.initial", "memory");
    t.bad(
        "x is h0",
        () -> {
          LstmState four = state(t(2, 4, 5), t(2, 4, 5));
          MODEL.forward(t(2, 4, 5), null, new LstmOutput(t(2, 4, 5), four));
          Tensor x = t(2, 4, 5);
          MODEL.backward(null, null, into(x, state(x, t(2, 4, 5))), false);
        },
        "into.in",
        "memory");
    backward(
        t,
        "both biases' gradients are one tensor",
        null,
        null,
        into("bias_hh_l0", "bias_ih_l0"),
        "into.parameters.bias_",
        "memory");
    backward(
        t,
        "a weight's gradient is the weight",
        null,
        null,
        into("weight_hh_l1", PARAMETERS.get("weight_hh_l1")),
        "into.parameters.weight_hh_l1",
        "memory");
    backward(
        t,
        "a weight's gradient is another weight",
        null,
        null,
        into("weight_hh_l1", PARAMETERS.get("weight_hh_l0")),
        "into.parameters.weight_hh_l1",
        "memory");
    return t.rows();
  }

  static List<Mistake> order() {
    Mistakes t = new Mistakes();
    t.illegal(
        "backward before forward",
        () -> {
          try (TrainableLstm fresh = model(PARAMETERS)) {
            fresh.backward(t(4, 2, 5), null, into(), false);
          }
        },
        "forward");
    t.illegal(
        "backward after a first forward that was refused",
        () -> {
          try (TrainableLstm fresh = model(PARAMETERS)) {
            assertThrows(ARGUMENT, () -> fresh.forward(t(4, 2, 7), null, out()));
            fresh.backward(t(4, 2, 5), null, into(), false);
          }
        },
        "forward");
    return t.rows();
  }

  static List<Mistake> closed() {
    Mistakes t = new Mistakes();
    t.illegal("forward", () -> CLOSED.forward(t(4, 2, 5), null, out()), "closed");
    t.illegal(
        "forward, lengths",
        () -> CLOSED.forward(t(4, 2, 5), new int[] {4, 1}, null, out()),
        "closed");
    t.illegal(
        "forward, packed",
        () -> {
          PackedSequence x = packed();
          CLOSED.forward(x, null, new PackedOutput(x.withData(t(6, 5)), state()));
        },
        "closed");
    t.illegal("backward", () -> CLOSED.backward(t(4, 2, 5), null, into(), false), "closed");
    t.illegal("train", () -> CLOSED.train(1), "closed");
    t.illegal("eval", CLOSED::eval, "closed");
    t.illegal("G", () -> MODEL.backward(closed(4, 2, 5), null, into(), false), "closed");
    LstmState gradient = state(t(2, 2, 5), closed(2, 2, 5));
    t.illegal("Gc", () -> MODEL.backward(null, gradient, into(), false), "closed");
    t.illegal(
        "x", () -> MODEL.backward(null, null, into(closed(4, 2, 5), state()), false), "closed");
    LstmState initial = state(closed(2, 2, 5), t(2, 2, 5));
    t.illegal("h0", () -> MODEL.backward(null, null, into(null, initial), false), "closed");
    t.illegal(
        "a gradient of a parameter",
        () -> {
          LstmGradients into = into();
          into.parameters().get("weight_hh_l1").close();
          MODEL.backward(null, null, into, false);
        },
        "closed");
    t.illegal(
        "a parameter, at forward",
        () -> {
          LstmParameters parameters = LstmParameters.initialize(CONFIG, 1);
          try (TrainableLstm lstm = model(parameters)) {
            parameters.get("bias_ih_l1").close();
            lstm.forward(t(4, 2, 5), null, out());
          }
        },
        "closed");
    return t.rows();
  }

  @ParameterizedTest
  @MethodSource({"creation", "forwards", "shapes", "memory", "order", "closed"})
  void isRefusedInWords(Mistake mistake) {
    mistake.assertRefused();
  }

  /** Even the last argument to be checked is checked before the first is written. */
  @Test
  void nothingIsWrittenWhenBackwardIsRefused() {
    LstmGradients into = into();
    GradientCase.tensors(into).values().forEach(tensor -> tensor.fill(7));
    LstmState wrong = state(t(2, 2, 5), t(2, 2, 6));
    refused(ARGUMENT, () -> MODEL.backward(t(4, 2, 6), null, into, false), into);
    refused(ARGUMENT, () -> MODEL.backward(null, wrong, into, true), into);
    refused(STATE, () -> CLOSED.backward(null, null, into, false), into);
    LstmGradients wrongState = new LstmGradients(into.input(), wrong, into.parameters());
    refused(ARGUMENT, () -> MODEL.backward(null, null, wrongState, false), into);
    Tensor last = into.parameters().get("bias_hh_l1");
    LstmGradients wrongParameters =
        new LstmGradients(
            into.input(),
            into.initial(),
            LstmGradients.ofParameters(CONFIG.withBias(false)).parameters());
    refused(ARGUMENT, () -> MODEL.backward(null, null, wrongParameters, false), into);
    last.close();
    Map<String, Tensor> open = GradientCase.tensors(into);
    open.remove("bias_hh_l1");
    assertThrows(STATE, () -> MODEL.backward(null, null, into, false));
    open.forEach(GradientMisuseTest::assertUntouched);
  }

  private static void refused(
      Class<? extends RuntimeException> thrown, Executable call, LstmGradients into) {
    assertThrows(thrown, call);
    GradientCase.tensors(into).forEach(GradientMisuseTest::assertUntouched);
  }

  private static void assertUntouched(String name, Tensor tensor) {
    float[] untouched = new float[tensor.size()];
    Arrays.fill(untouched, 7);
    assertArrayEquals(untouched, tensor.toArray(), name);
  }

  @Test
  void nothingIsWrittenWhenForwardIsRefused() {
    LstmOutput out = out();
    Consumer<Tensor> seven = tensor -> tensor.fill(7);
    List.of(out.output(), out.hn(), out.cn()).forEach(seven);
    LstmState wrong = state(t(2, 2, 5), t(2, 2, 6));
    assertThrows(ARGUMENT, () -> MODEL.forward(t(4, 2, 5), wrong, out));
    assertThrows(ARGUMENT, () -> MODEL.forward(t(4, 2, 5), new int[] {4, 9}, null, out));
    assertThrows(STATE, () -> CLOSED.forward(t(4, 2, 5), null, out));
    List.of(out.output(), out.hn(), out.cn()).forEach(tensor -> assertUntouched("out", tensor));
  }

  /** A forward that is refused is none: backward still belongs to the one before it. */
  @Test
  void whatWasRefusedChangesNothing() {
    Tensor g = t(4, 2, 5).fill(0.25f);
    LstmGradients expected = into();
    MODEL.backward(g, null, expected, false);
    assertThrows(ARGUMENT, () -> MODEL.forward(t(9, 3, 7), null, out()));
    assertThrows(ARGUMENT, () -> MODEL.forward(t(4, 2, 5), new int[] {4, 9}, null, out()));
    assertThrows(ARGUMENT, () -> MODEL.backward(t(4, 2, 6), null, into(), false));
    LstmGradients actual = into();
    MODEL.backward(g, null, actual, false);
    Map<String, Tensor> tensors = GradientCase.tensors(actual);
    GradientCase.tensors(expected)
        .forEach(
            (name, tensor) -> assertArrayEquals(tensor.toArray(), tensors.get(name).toArray()));
  }

  static Stream<LstmOptions> backends() {
    return NativeCode.everyTrainableBackend();
  }

  /** What 2^18 rows leave for backward passes the door, and takes more than the tests' JVM has. */
  @ParameterizedTest
  @MethodSource("backends")
  void aForwardThatRanOutOfMemoryIsNone(LstmOptions options) {
    LstmConfig config = LstmConfig.of(1, 447).withProjSize(1);
    GradientCase c = GradientCase.dense(config, 3, 2, true, 1);
    try (TrainableLstm lstm = TrainableLstm.create(c.inputs.parameters(), options)) {
      lstm.forward(c.inputs.input(0), c.inputs.initial(), c.inputs.into());
      int rows = 1 << 18;
      Tensor x = t(rows, 1, 1);
      LstmOutput out = lstm.newOutput(x);
      assertThrows(OutOfMemoryError.class, () -> lstm.forward(x, null, out));
      assertNoForward(lstm);
      lstm.forward(c.inputs.input(0), c.inputs.initial(), c.inputs.into());
      LstmGradients gradients = c.into();
      lstm.backward(c.output(0), c.state(), gradients, false);
      c.assertTruth(gradients);
    }
  }

  private static void assertNoForward(TrainableLstm lstm) {
    LstmGradients into = LstmGradients.ofParameters(lstm.config());
    String message = assertThrows(STATE, () -> lstm.backward(null, null, into, false)).getMessage();
    assertTrue(message.contains("expected a forward before it"), message);
  }

  /** What was kept of the forward before it is overwritten by then. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aForwardThatFailsAfterItsChecksIsNone(boolean padded) {
    LstmParameters parameters = LstmParameters.initialize(CONFIG, 1);
    try (TrainableLstm lstm = model(parameters)) {
      LstmOutput out = out();
      lstm.forward(t(4, 2, 5), null, out);
      parameters.get("weight_hh_l1").close();
      assertThrows(
          STATE,
          () -> {
            if (padded) {
              lstm.forward(t(4, 2, 5), new int[] {4, 2}, null, out);
            } else {
              lstm.forward(t(4, 2, 5), null, out);
            }
          });
      assertNoForward(lstm);
    }
  }

  /** Against the contract: each call runs or is refused, and the memory of none is harmed. */
  @ParameterizedTest
  @MethodSource("backends")
  void threadsThatShareAModelAreRefused(LstmOptions options) throws InterruptedException {
    GradientCase small = GradientCase.dense(CONFIG, 2, 2, true, 1);
    GradientCase large = GradientCase.dense(CONFIG, 40, 30, true, 1);
    Queue<Throwable> unexpected = new ConcurrentLinkedQueue<>();
    try (TrainableLstm lstm = TrainableLstm.create(small.inputs.parameters(), options)) {
      List<Thread> threads = new ArrayList<>();
      for (GradientCase c : List.of(small, large, large)) {
        threads.add(new Thread(() -> hammer(lstm, c, unexpected)));
      }
      threads.forEach(Thread::start);
      for (Thread thread : threads) {
        thread.join();
      }
      assertEquals(List.of(), List.copyOf(unexpected));
      lstm.forward(small.inputs.input(0), small.inputs.initial(), small.inputs.into());
      LstmGradients gradients = small.into();
      lstm.backward(small.output(0), small.state(), gradients, false);
      small.assertTruth(gradients);
    }
  }

  private static void hammer(TrainableLstm lstm, GradientCase c, Queue<Throwable> unexpected) {
    LstmOutput out = c.inputs.into();
    LstmGradients into = c.into();
    Tensor x = c.inputs.input(0);
    Tensor g = c.output(0);
    for (int k = 0; k < 300; k++) {
      for (Runnable call :
          List.<Runnable>of(
              () -> lstm.forward(x, null, out), () -> lstm.backward(g, null, into, false))) {
        try {
          call.run();
        } catch (IllegalStateException | IllegalArgumentException expected) {
          // In use by another thread, or the last forward was another thread's.
        } catch (Throwable t) {
          unexpected.add(t);
        }
      }
    }
  }

  @Test
  void aStackOverflowDoesNotLeaveTheModelBusy() throws InterruptedException {
    try (TrainableLstm lstm =
        TrainableLstm.create(LstmParameters.initialize(LstmConfig.of(2, 3), 1))) {
      new StackOverflow(lstm::eval).run();
      new StackOverflow(() -> lstm.train(1)).run();
      new StackOverflow(lstm::workspaceBytes).run();
      lstm.eval();
    }
  }

  @Test
  void closingTwiceIsHarmless() {
    CLOSED.close();
    assertEquals(CONFIG, CLOSED.config());
  }

  /** At 2^29 gates; the forward before it can still be taken back. */
  @Test
  void moreRowsThanTheirGatesFitAreRefused() {
    LstmConfig config = LstmConfig.of(1, 1 << 13).withProjSize(1);
    try (TrainableLstm lstm = model(LstmParameters.zeros(config))) {
      int rows = 16257;
      Tensor x = t(rows, 1, 1);
      lstm.forward(t(1, 1, 1), null, lstm.newOutput(t(1, 1, 1)));
      LstmOutput tooLong = lstm.newOutput(x);
      List<Executable> calls =
          List.of(
              () -> lstm.forward(x, null, tooLong),
              () -> lstm.forward(x, new int[] {rows}, null, tooLong),
              () -> {
                PackedSequence packed = PackedSequence.of(t(rows, 1), ones(rows), null);
                lstm.forward(packed, null, lstm.newOutput(packed));
              });
      for (Executable call : calls) {
        String message = assertThrows(IllegalArgumentException.class, call).getMessage();
        assertTrue(message.startsWith("input: expected at most 16256 time steps"), message);
        assertTrue(message.contains("got 16257; train on shorter chunks"), message);
      }
      LstmGradients gradient = new LstmGradients(t(1, 1, 1), null, null);
      lstm.backward(t(1, 1, 1).fill(1f), null, gradient, false);
      lstm.forward(x, new int[] {2}, null, tooLong); // padding is no time step
    }
  }

  private static int[] ones(int count) {
    int[] ones = new int[count];
    Arrays.fill(ones, 1);
    return ones;
  }
}
