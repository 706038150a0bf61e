package io.github.lstm4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.lstm4j.Mistakes.Mistake;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A wrong call of a model is refused in words, and writes nothing. What models and calls are made
 * of: {@link ValueMisuseTest}.
 */
class MisuseTest {
  private static final Class<? extends RuntimeException> ARGUMENT = IllegalArgumentException.class;
  private static final Class<? extends RuntimeException> STATE = IllegalStateException.class;

  // I = 3, H = 5, L = 2, T = 4, B = 2.
  private static final LstmConfig CONFIG = LstmConfig.of(3, 5).withNumLayers(2);
  private static final LstmConfig PROJECTED = CONFIG.withProjSize(2);
  private static final LstmConfig BOTH = CONFIG.withBidirectional(true);
  private static final Lstm MODEL = model(CONFIG);
  private static final Lstm BATCH_FIRST = model(CONFIG.withBatchFirst(true));
  private static final Lstm PROJECTED_MODEL = model(PROJECTED);
  private static final Lstm BOTH_MODEL = model(BOTH);
  private static final Lstm CLOSED = model(CONFIG);

  static {
    CLOSED.close();
  }

  @AfterAll
  static void close() {
    MODEL.close();
    BATCH_FIRST.close();
    PROJECTED_MODEL.close();
    BOTH_MODEL.close();
  }

  private static Lstm model(LstmConfig config) {
    return Lstm.create(LstmParameters.initialize(config, 1), LstmOptions.of(Backend.JAVA));
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

  private static LstmOutput into() {
    return new LstmOutput(t(4, 2, 5), state());
  }

  private static PackedSequence packed() {
    return PackedSequence.of(t(6, 3), new int[] {2, 2, 1, 1}, new int[] {1, 0});
  }

  static List<Mistake> input() {
    Mistakes t = new Mistakes();
    t.bad(
        "input size",
        () -> MODEL.forward(t(4, 2, 7)),
        "input:",
        "[T, B, 3]",
        "inputSize 3",
        "got [4, 2, 7]");
    t.bad(
        "input size, batch first",
        () -> BATCH_FIRST.forward(t(2, 4, 7)),
        "input:",
        "[B, T, 3]",
        "got [2, 4, 7]");
    t.bad("input size, unbatched", () -> MODEL.forward(t(4, 2)), "input:", "[T, 3]", "got [4, 2]");
    t.bad("rank 0", () -> MODEL.forward(t()), "input:", "[T, B, 3]", "got []");
    t.bad("rank 1", () -> MODEL.forward(t(3)), "input:", "[T, B, 3]", "got [3]");
    t.bad("rank 4", () -> MODEL.forward(t(1, 4, 2, 3)), "input:", "[T, B, 3]", "[1, 4, 2, 3]");
    t.bad("null input", () -> MODEL.forward((Tensor) null), "input:", "null");
    t.bad("null input with a state", () -> MODEL.forward((Tensor) null, state()), "input:", "null");
    t.bad("null input into", () -> MODEL.forward((Tensor) null, null, into()), "input:", "null");
    t.bad("null packed input", () -> MODEL.forward((PackedSequence) null, null), "input:", "null");
    t.bad(
        "null into", () -> MODEL.forward(t(4, 2, 3), state(), (LstmOutput) null), "into:", "null");
    t.bad(
        "null into, lengths",
        () -> MODEL.forward(t(4, 2, 3), new int[] {4, 1}, null, null),
        "into:",
        "null");
    t.bad("null into, packed", () -> MODEL.forward(packed(), null, null), "into:", "null");
    t.bad(
        "packed input size",
        () -> MODEL.forward(PackedSequence.of(t(6, 7), new int[] {2, 2, 1, 1}, null), null),
        "input.data",
        "[6, 3]",
        "got [6, 7]");
    // Nothing of 2^34 elements may be allocated on the way to the refusal.
    t.bad(
        "an output beyond 2 GiB",
        () -> model(LstmConfig.of(1, 1024)).forward(t(1 << 14, 1 << 10, 1)),
        "input:",
        String.valueOf(Tensor.MAX_SIZE),
        "16384 steps x 1024 sequences x 1024");
    t.bad(
        "a packed output beyond 2 GiB",
        () ->
            model(LstmConfig.of(1, 1024))
                .forward(PackedSequence.of(t(1 << 20, 1), new int[] {1 << 20}, null), null),
        "input:",
        String.valueOf(Tensor.MAX_SIZE),
        "1048576");
    t.bad("a batch < 0", () -> MODEL.zeroState(-1), "batch:", "0 or more", "got -1");
    t.bad(
        "a state beyond 2 GiB",
        () -> MODEL.zeroState(Integer.MAX_VALUE),
        "batch:",
        String.valueOf(Tensor.MAX_SIZE),
        "got 2147483647");
    return t.rows();
  }

  static List<Mistake> states() {
    Mistakes t = new Mistakes();
    state(t, "h: layers", t(1, 2, 5), t(2, 2, 5), "initial.h", "[2, 2, 5]", "got [1, 2, 5]");
    state(t, "h: batch", t(2, 3, 5), t(2, 2, 5), "initial.h", "[2, 2, 5]", "got [2, 3, 5]");
    state(t, "h: width", t(2, 2, 4), t(2, 2, 5), "initial.h", "[2, 2, 5]", "got [2, 2, 4]");
    state(t, "c: layers", t(2, 2, 5), t(4, 2, 5), "initial.c", "[2, 2, 5]", "got [4, 2, 5]");
    state(t, "c: batch", t(2, 2, 5), t(2, 1, 5), "initial.c", "[2, 2, 5]", "got [2, 1, 5]");
    state(t, "c: width", t(2, 2, 5), t(2, 2, 6), "initial.c", "[2, 2, 5]", "got [2, 2, 6]");
    state(t, "unbatched for batched", t(2, 5), t(2, 5), "initial.h", "[2, 2, 5]", "got [2, 5]");
    state(t, "c alone unbatched", t(2, 2, 5), t(2, 5), "initial.c", "[2, 2, 5]", "got [2, 5]");
    t.bad(
        "batched state for unbatched input",
        () -> MODEL.forward(t(4, 3), state(t(2, 1, 5), t(2, 1, 5))),
        "initial.h",
        "[2, 5]",
        "got [2, 1, 5]");
    t.bad(
        "batch-first state",
        () -> BATCH_FIRST.forward(t(2, 4, 3), state(t(4, 2, 5), t(2, 2, 5))),
        "initial.h",
        "[2, 2, 5]",
        "got [4, 2, 5]");
    t.bad(
        "h of width H although projected",
        () -> PROJECTED_MODEL.forward(t(4, 2, 3), state(t(2, 2, 5), t(2, 2, 5))),
        "initial.h",
        "[2, 2, 2]",
        "got [2, 2, 5]");
    t.bad(
        "c of width P",
        () -> PROJECTED_MODEL.forward(t(4, 2, 3), state(t(2, 2, 2), t(2, 2, 2))),
        "initial.c",
        "[2, 2, 5]",
        "got [2, 2, 2]");
    t.bad(
        "a state of one direction",
        () -> BOTH_MODEL.forward(t(4, 2, 3), state()),
        "initial.h",
        "[4, 2, 5]",
        "got [2, 2, 5]");
    t.bad(
        "packed: batch of the state",
        () -> MODEL.forward(packed(), state(t(2, 6, 5), t(2, 6, 5))),
        "initial.h",
        "[2, 2, 5]",
        "got [2, 6, 5]");
    t.bad("null h", () -> state(null, t(1)), "h:", "null");
    t.bad("null c", () -> state(t(1), null), "c:", "null");
    t.bad("null output", () -> new LstmOutput(null, state()), "output:", "null");
    t.bad("null output state", () -> new LstmOutput(t(1), null), "state:", "null");
    t.bad(
        "another order of sequences",
        () ->
            MODEL.forward(
                packed(),
                null,
                new PackedOutput(
                    PackedSequence.of(t(6, 5), new int[] {2, 2, 1, 1}, new int[] {0, 1}), state())),
        "into.output",
        "sortedIndices");
    t.bad("null packed output", () -> new PackedOutput(null, state()), "output:", "null");
    t.bad("null packed state", () -> new PackedOutput(packed(), null), "state:", "null");
    return t.rows();
  }

  private static void state(Mistakes t, String what, Tensor h, Tensor c, String... message) {
    t.bad(what, () -> MODEL.forward(t(4, 2, 3), state(h, c)), message);
  }

  private static void into(Mistakes t, String what, LstmOutput into, String... message) {
    t.bad(what, () -> MODEL.forward(t(4, 2, 3), null, into), message);
  }

  static List<Mistake> output() {
    Mistakes t = new Mistakes();
    into(
        t,
        "output: steps",
        new LstmOutput(t(3, 2, 5), state()),
        "into.output",
        "[4, 2, 5]",
        "got [3, 2, 5]");
    into(
        t,
        "output: width",
        new LstmOutput(t(4, 2, 6), state()),
        "into.output",
        "[4, 2, 5]",
        "got [4, 2, 6]");
    into(
        t,
        "output: rank",
        new LstmOutput(t(8, 5), state()),
        "into.output",
        "[4, 2, 5]",
        "got [8, 5]");
    into(
        t,
        "hn",
        new LstmOutput(t(4, 2, 5), state(t(2, 1, 5), t(2, 2, 5))),
        "into.state.h",
        "[2, 2, 5]",
        "got [2, 1, 5]");
    into(
        t,
        "cn",
        new LstmOutput(t(4, 2, 5), state(t(2, 2, 5), t(2, 2, 1))),
        "into.state.c",
        "[2, 2, 5]",
        "got [2, 2, 1]");
    t.bad(
        "output transposed",
        () -> BATCH_FIRST.forward(t(2, 4, 3), null, into()),
        "into.output",
        "[2, 4, 5]",
        "got [4, 2, 5]");
    t.bad(
        "packed output rows",
        () ->
            MODEL.forward(
                packed(),
                null,
                new PackedOutput(PackedSequence.of(t(2, 5), new int[] {2}, null), state())),
        "into.output.data",
        "[6, 5]",
        "got [2, 5]");
    t.bad(
        "packed output of another geometry",
        () ->
            MODEL.forward(
                packed(),
                null,
                new PackedOutput(PackedSequence.of(t(6, 5), new int[] {3, 3}, null), state())),
        "into.output",
        "2 sequences, 4 steps",
        "got others",
        "3 sequences, 2 steps");
    Tensor h = t(2, 2, 5);
    into(t, "hn is cn", new LstmOutput(t(4, 2, 5), state(h, h)), "into.state.h", "into.state.c");
    // T = L makes output and state the same shape.
    t.bad(
        "output is hn",
        () -> MODEL.forward(t(2, 2, 3), null, new LstmOutput(h, state(h, t(2, 2, 5)))),
        "into.output",
        "memory of its own",
        "state.h");
    t.bad(
        "output is cn",
        () -> MODEL.forward(t(2, 2, 3), null, new LstmOutput(h, state(t(2, 2, 5), h))),
        "into.output",
        "memory of its own",
        "state.c");
    t.bad(
        "output is h0",
        () -> MODEL.forward(t(2, 2, 3), state(h, t(2, 2, 5)), new LstmOutput(h, state())),
        "into.output",
        "memory of its own",
        "initial.h");
    t.bad(
        "output is c0",
        () -> MODEL.forward(t(2, 2, 3), state(t(2, 2, 5), h), new LstmOutput(h, state())),
        "into.output",
        "memory of its own",
        "initial.c");
    Tensor x = t(4, 2, 3);
    t.bad(
        "output is input",
        () ->
            model(LstmConfig.of(3, 3))
                .forward(x, null, new LstmOutput(x, state(t(1, 2, 3), t(1, 2, 3)))),
        "into.output",
        "memory of its own",
        "input");
    t.bad(
        "output is a view of the input",
        () ->
            model(LstmConfig.of(3, 3))
                .forward(
                    x, null, new LstmOutput(x.reshape(4, 2, 3), state(t(1, 2, 3), t(1, 2, 3)))),
        "into.output",
        "memory of its own");
    return t.rows();
  }

  private static void lengths(Mistakes t, String what, int[] lengths, String... message) {
    t.bad(what, () -> MODEL.forward(t(4, 2, 3), lengths, null), message);
    t.bad(
        what + ", packing", () -> PackedSequence.pack(t(4, 2, 3), lengths, false, false), message);
  }

  static List<Mistake> lengths() {
    Mistakes t = new Mistakes();
    lengths(t, "null lengths", null, "lengths", "null");
    t.bad(
        "lengths of nothing",
        () -> MODEL.forward(t(0, 2, 3), new int[] {0, 0}, null),
        "input: expected at least 1 time step");
    lengths(t, "length 0", new int[] {4, 0}, "lengths[1]", "1..4", "got 0");
    lengths(t, "length < 0", new int[] {-1, 4}, "lengths[0]", "1..4", "got -1");
    lengths(t, "length beyond T", new int[] {4, 5}, "lengths[1]", "1..4", "got 5");
    lengths(t, "too few", new int[] {4}, "lengths", "expected 2", "got 1");
    lengths(t, "too many", new int[] {4, 4, 4}, "lengths", "expected 2", "got 3");
    t.bad(
        "batch-first lengths count B, not T",
        () -> BATCH_FIRST.forward(t(2, 4, 3), new int[] {1, 1, 1, 1}, null),
        "lengths",
        "expected 2",
        "got 4");
    t.bad(
        "lengths of an unbatched input",
        () -> MODEL.forward(t(4, 3), new int[] {4}, null),
        "lengths",
        "batched",
        "[4, 3]");
    return t.rows();
  }

  static List<Mistake> closed() {
    Mistakes t = new Mistakes();
    String name = CONFIG.toString();
    t.illegal("forward", () -> CLOSED.forward(t(4, 2, 3)), name, "closed");
    t.illegal("forward with state", () -> CLOSED.forward(t(4, 2, 3), state()), name, "closed");
    t.illegal("forward into", () -> CLOSED.forward(t(4, 2, 3), null, into()), name, "closed");
    t.illegal(
        "forward with lengths",
        () -> CLOSED.forward(t(4, 2, 3), new int[] {4, 1}, null),
        name,
        "closed");
    t.illegal(
        "forward with lengths into",
        () -> CLOSED.forward(t(4, 2, 3), new int[] {4, 1}, null, into()),
        name,
        "closed");
    t.illegal("forward packed", () -> CLOSED.forward(packed(), null), name, "closed");
    t.illegal("step", () -> CLOSED.step(t(2, 3), state(), t(2, 5)), name, "closed");
    t.illegal("closed input", () -> MODEL.forward(closed(4, 2, 3)), "[4, 2, 3]", "closed");
    t.illegal(
        "closed h0",
        () -> MODEL.forward(t(4, 2, 3), state(closed(2, 2, 5), t(2, 2, 5))),
        "[2, 2, 5]",
        "closed");
    t.illegal(
        "closed c0",
        () -> MODEL.forward(t(4, 2, 3), state(t(2, 2, 5), closed(2, 2, 5))),
        "[2, 2, 5]",
        "closed");
    t.illegal(
        "closed output",
        () -> MODEL.forward(t(4, 2, 3), null, new LstmOutput(closed(4, 2, 5), state())),
        "[4, 2, 5]",
        "closed");
    t.illegal(
        "closed hn",
        () ->
            MODEL.forward(
                t(4, 2, 3), null, new LstmOutput(t(4, 2, 5), state(closed(2, 2, 5), t(2, 2, 5)))),
        "[2, 2, 5]",
        "closed");
    t.illegal(
        "closed packed data",
        () -> {
          PackedSequence packed = packed();
          packed.close();
          MODEL.forward(packed, null);
        },
        "[6, 3]",
        "closed");
    return t.rows();
  }

  static List<Mistake> step() {
    Mistakes t = new Mistakes();
    step(t, "x: size", t(2, 7), state(), t(2, 5), "x:", "[B, 3] or [3]", "got [2, 7]");
    step(t, "x: rank", t(1, 2, 3), state(), t(2, 5), "x:", "[B, 3] or [3]", "got [1, 2, 3]");
    step(t, "x: scalar", t(), state(), t(2, 5), "x:", "[B, 3] or [3]", "got []");
    step(t, "x: null", null, state(), t(2, 5), "x:", "null");
    step(t, "null state", t(2, 3), null, t(2, 5), "state:", "null");
    step(t, "null output", t(2, 3), state(), null, "output:", "null");
    step(t, "output: rows", t(2, 3), state(), t(3, 5), "output:", "[2, 5]", "got [3, 5]");
    step(t, "output: rank", t(2, 3), state(), t(1, 2, 5), "output:", "[2, 5]", "got [1, 2, 5]");
    step(t, "output: unbatched", t(3), state(), t(1, 5), "output:", "[5]", "got [1, 5]");
    LstmState h = state(t(2, 3, 5), t(2, 2, 5));
    step(t, "state.h", t(2, 3), h, t(2, 5), "state.h", "[2, 2, 5]", "got [2, 3, 5]");
    LstmState c = state(t(2, 2, 5), t(2, 2, 6));
    step(t, "state.c", t(2, 3), c, t(2, 5), "state.c", "[2, 2, 5]", "got [2, 2, 6]");
    LstmState batched = state(t(2, 1, 5), t(2, 1, 5));
    step(t, "batched state", t(3), batched, t(5), "state.h", "[2, 5]", "got [2, 1, 5]");
    Tensor same = t(2, 2, 5);
    step(t, "h is c", t(2, 3), state(same, same), t(2, 5), "state.h", "memory", "state.c");
    t.bad(
        "output is the state",
        () -> {
          Tensor out = t(2, 5);
          model(LstmConfig.of(3, 5)).step(t(2, 3), state(out.reshape(1, 2, 5), t(1, 2, 5)), out);
        },
        "output:",
        "memory of its own",
        "state.h");
    t.bad(
        "output is x",
        () -> {
          Tensor x = t(2, 3);
          model(LstmConfig.of(3, 3)).step(x, state(t(1, 2, 3), t(1, 2, 3)), x);
        },
        "output:",
        "memory of its own",
        "input");
    t.illegal(
        "bidirectional",
        () -> BOTH_MODEL.step(t(2, 3), state(t(4, 2, 5), t(4, 2, 5)), t(2, 10)),
        "step",
        "unidirectional",
        "bidirectional=True");
    return t.rows();
  }

  private static void step(
      Mistakes t, String what, Tensor x, LstmState state, Tensor output, String... message) {
    t.bad(what, () -> MODEL.step(x, state, output), message);
  }

  @ParameterizedTest
  @MethodSource({"input", "states", "output", "lengths", "closed", "step"})
  void isRefusedInWords(Mistake mistake) {
    mistake.assertRefused();
  }

  /** Even the last argument to be checked is checked before the first is written. */
  @Test
  void nothingIsWrittenWhenACallIsRefused() {
    LstmOutput into =
        new LstmOutput(
            t(4, 2, 5).fill(Float.NaN),
            state(t(2, 2, 5).fill(Float.NaN), t(2, 2, 5).fill(Float.NaN)));
    LstmState wrongC = state(t(2, 2, 5), t(2, 2, 6));
    assertThrows(ARGUMENT, () -> MODEL.forward(t(4, 2, 3), wrongC, into));
    assertThrows(ARGUMENT, () -> MODEL.forward(t(4, 2, 3), new int[] {4, 5}, null, into));
    LstmState closedC = state(into.hn(), closed(2, 2, 5));
    assertThrows(STATE, () -> MODEL.forward(t(4, 2, 3), closedC, into));
    LstmOutput wrongCn = new LstmOutput(into.output(), wrongC);
    assertThrows(ARGUMENT, () -> MODEL.forward(t(4, 2, 3), into.state(), wrongCn));
    Tensor h = t(2, 5).fill(Float.NaN);
    assertThrows(ARGUMENT, () -> MODEL.step(t(2, 7), into.state(), h));
    assertThrows(STATE, () -> CLOSED.forward(t(4, 2, 3), null, into));
    for (Tensor tensor : List.of(into.output(), into.hn(), into.cn(), h)) {
      float[] untouched = new float[tensor.size()];
      java.util.Arrays.fill(untouched, Float.NaN);
      assertArrayEquals(untouched, tensor.toArray());
    }
  }

  @Test
  void aModelAnswersAfterItRefused() {
    Tensor x = t(4, 2, 3).fill(0.5f);
    float[] expected = MODEL.forward(x).output().toArray();
    assertThrows(ARGUMENT, () -> MODEL.forward(t(4, 2, 7)));
    assertThrows(ARGUMENT, () -> MODEL.forward(x, new int[] {4, 9}, null));
    assertArrayEquals(expected, MODEL.forward(x).output().toArray());
  }

  @Test
  void closingTwiceIsHarmless() {
    CLOSED.close();
    Tensor tensor = closed(2);
    tensor.close();
    LstmOutput out = into();
    out.close();
    out.close();
    PackedSequence packed = packed();
    packed.close();
    packed.close();
    assertEquals("Tensor[2] (closed)", tensor.toString());
    assertEquals(CONFIG, CLOSED.config());
    assertEquals(CONFIG.toString(), CLOSED.toString());
  }
}
