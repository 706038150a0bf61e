package io.github.lstm4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every wrong argument is refused in words: its name, what was expected and what was given, with
 * the numbers. One row per mistake.
 */
class MisuseTest {
  private static final Class<? extends RuntimeException> ARGUMENT = IllegalArgumentException.class;
  private static final Class<? extends RuntimeException> STATE = IllegalStateException.class;

  /** What is done, what is thrown, and what the message has to hold. */
  private record Mistake(
      String what, Class<? extends RuntimeException> thrown, Executable call, String... message) {
    @Override
    public String toString() {
      return what;
    }
  }

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

  private static Map<String, Tensor> parameters(
      LstmConfig config, Consumer<Map<String, Tensor>> change) {
    Map<String, Tensor> tensors =
        new LinkedHashMap<>(LstmParameters.initialize(config, 1).tensors());
    change.accept(tensors);
    return tensors;
  }

  private static FloatBuffer direct(ByteOrder order, int floats) {
    return ByteBuffer.allocateDirect(4 * floats).order(order).asFloatBuffer();
  }

  private static final ByteOrder FOREIGN =
      ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN
          ? ByteOrder.LITTLE_ENDIAN
          : ByteOrder.BIG_ENDIAN;

  private static final class Table {
    private final List<Mistake> rows = new ArrayList<>();

    /** An IllegalArgumentException. */
    void bad(String what, Executable call, String... message) {
      rows.add(new Mistake(what, ARGUMENT, call, message));
    }

    /** An IllegalStateException. */
    void illegal(String what, Executable call, String... message) {
      rows.add(new Mistake(what, STATE, call, message));
    }
  }

  static List<Mistake> configuration() {
    Table t = new Table();
    t.bad("input size 0", () -> LstmConfig.of(0, 5), "inputSize", "1 or more", "got 0");
    t.bad("input size < 0", () -> LstmConfig.of(-3, 5), "inputSize", "1 or more", "got -3");
    t.bad("hidden size 0", () -> LstmConfig.of(3, 0), "hiddenSize", "1 or more", "got 0");
    t.bad("hidden size < 0", () -> LstmConfig.of(3, -1), "hiddenSize", "1 or more", "got -1");
    t.bad("no layers", () -> CONFIG.withNumLayers(0), "numLayers", "1 or more", "got 0");
    t.bad("layers < 0", () -> CONFIG.withNumLayers(-2), "numLayers", "1 or more", "got -2");
    t.bad(
        "layers beyond all reason",
        () -> CONFIG.withNumLayers(Integer.MAX_VALUE),
        "numLayers",
        "at most 65536",
        "got 2147483647");
    t.bad(
        "cells beyond an int",
        () -> BOTH.withNumLayers(1 << 30),
        "numLayers",
        "at most 32768",
        "got 1073741824");
    t.bad("projection < 0", () -> CONFIG.withProjSize(-1), "projSize", "1..4", "got -1");
    t.bad("projection = H", () -> CONFIG.withProjSize(5), "projSize", "1..4", "got 5");
    t.bad(
        "projection > H",
        () -> CONFIG.withProjSize(9),
        "projSize",
        "less than hiddenSize 5",
        "got 9");
    t.bad("dropout < 0", () -> CONFIG.withDropout(-0.1), "dropout", "[0, 1]", "got -0.1");
    t.bad("dropout > 1", () -> CONFIG.withDropout(1.5), "dropout", "[0, 1]", "got 1.5");
    t.bad("dropout NaN", () -> CONFIG.withDropout(Double.NaN), "dropout", "[0, 1]", "got NaN");
    t.bad(
        "a weight matrix beyond 2 GiB",
        () -> LstmConfig.of(1 << 15, 1 << 15),
        "hiddenSize",
        String.valueOf(Tensor.MAX_SIZE),
        "[131072, 32768]");
    t.bad(
        "4H beyond an int",
        () -> LstmConfig.of(1, Integer.MAX_VALUE),
        "hiddenSize",
        "[8589934588, ");
    return t.rows;
  }

  static List<Mistake> input() {
    Table t = new Table();
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
    return t.rows;
  }

  static List<Mistake> states() {
    Table t = new Table();
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
    return t.rows;
  }

  private static void state(Table t, String what, Tensor h, Tensor c, String... message) {
    t.bad(what, () -> MODEL.forward(t(4, 2, 3), state(h, c)), message);
  }

  private static void into(Table t, String what, LstmOutput into, String... message) {
    t.bad(what, () -> MODEL.forward(t(4, 2, 3), null, into), message);
  }

  static List<Mistake> output() {
    Table t = new Table();
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
    return t.rows;
  }

  private static void lengths(Table t, String what, int[] lengths, String... message) {
    t.bad(what, () -> MODEL.forward(t(4, 2, 3), lengths, null), message);
    t.bad(
        what + ", packing", () -> PackedSequence.pack(t(4, 2, 3), lengths, false, false), message);
  }

  static List<Mistake> lengths() {
    Table t = new Table();
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
    t.bad(
        "unsorted although sorted was promised",
        () -> PackedSequence.pack(t(4, 3, 3), new int[] {3, 2, 4}, false, true),
        "lengths",
        "descending",
        "got 4 after 2 at index 2");
    t.bad(
        "packing rank 2",
        () -> PackedSequence.pack(t(4, 3), new int[] {3}, false, true),
        "input",
        "[T, B, features]",
        "got shape [4, 3]");
    t.bad(
        "packing null",
        () -> PackedSequence.pack(null, new int[] {3}, false, true),
        "input",
        "null");
    t.bad("packing a null list", () -> PackedSequence.pack(null), "sequences", "null");
    t.bad("packing an empty list", () -> PackedSequence.pack(List.of()), "sequences", "got none");
    t.bad(
        "packing different widths",
        () -> PackedSequence.pack(List.of(t(4, 3), t(2, 5))),
        "sequences[1]",
        "3]",
        "got [2, 5]");
    t.bad(
        "packing an empty sequence",
        () -> PackedSequence.pack(List.of(t(4, 3), t(0, 3))),
        "sequences[1]",
        "length >= 1",
        "got [0, 3]");
    t.bad(
        "packing rank 3 sequences",
        () -> PackedSequence.pack(List.of(t(4, 1, 3))),
        "sequences[0]",
        "got [4, 1, 3]");
    t.bad(
        "packing a null sequence",
        () -> PackedSequence.pack(java.util.Arrays.asList(t(4, 3), null)),
        "sequences[1]",
        "null");
    packedOf(t, "null data", null, new int[] {1}, null, "data", "null");
    packedOf(t, "null batchSizes", t(1, 3), null, null, "batchSizes", "null");
    packedOf(t, "batchSizes sum", t(5, 3), new int[] {2, 2}, null, "data", "[4,", "got [5, 3]");
    packedOf(t, "data rank", t(4), new int[] {2, 2}, null, "data", "[4,", "got [4]");
    packedOf(
        t, "batchSizes increase", t(3, 3), new int[] {1, 2}, null, "batchSizes", "got 2 at step 1");
    packedOf(t, "batchSizes 0", t(2, 3), new int[] {2, 0}, null, "batchSizes", "got 0 at step 1");
    packedOf(
        t, "batchSizes < 0", t(0, 3), new int[] {1, -1}, null, "batchSizes", "got -1 at step 1");
    int[] two = {2, 2};
    packedOf(t, "indices: count", t(4, 3), two, new int[] {0}, "sortedIndices", "0..1", "got [0]");
    packedOf(
        t, "indices: twice", t(4, 3), two, new int[] {1, 1}, "sortedIndices", "once", "[1, 1]");
    packedOf(
        t, "indices: beyond", t(4, 3), two, new int[] {0, 2}, "sortedIndices", "0..1", "[0, 2]");
    packedOf(
        t, "indices: < 0", t(4, 3), two, new int[] {0, -1}, "sortedIndices", "0..1", "[0, -1]");
    t.bad("other data", () -> packed().withData(t(5, 3)), "data", "[6, features]", "got [5, 3]");
    t.bad("null other data", () -> packed().withData(null), "data", "null");
    return t.rows;
  }

  private static void packedOf(
      Table t, String what, Tensor data, int[] sizes, int[] indices, String... message) {
    t.bad(what, () -> PackedSequence.of(data, sizes, indices), message);
  }

  private static void weights(
      Table t,
      String what,
      LstmConfig config,
      Consumer<Map<String, Tensor>> change,
      String... message) {
    t.bad(what, () -> LstmParameters.of(config, parameters(config, change)), message);
  }

  static List<Mistake> parameters() {
    Table t = new Table();
    weights(
        t,
        "missing weight",
        CONFIG,
        m -> m.remove("weight_hh_l1"),
        "weight_hh_l1",
        "[20, 5]",
        "no such parameter",
        "weight_ih_l1");
    weights(
        t, "missing bias", CONFIG, m -> m.remove("bias_hh_l0"), "bias_hh_l0", "[20]", "bias_ih_l0");
    weights(
        t,
        "null name",
        CONFIG,
        m -> m.put(null, m.remove("bias_hh_l0")),
        "bias_hh_l0",
        "no such parameter",
        "null");
    weights(t, "null weight", CONFIG, m -> m.put("weight_hh_l1", null), "weight_hh_l1", "[20, 5]");
    weights(
        t,
        "GRU's three gates",
        CONFIG,
        m -> m.put("weight_ih_l0", t(15, 3)),
        "weight_ih_l0",
        "[20, 3]",
        "got [15, 3]");
    weights(
        t,
        "transposed",
        CONFIG,
        m -> m.put("weight_ih_l0", t(3, 20)),
        "weight_ih_l0",
        "[20, 3]",
        "got [3, 20]");
    weights(
        t,
        "bias of rank 2",
        CONFIG,
        m -> m.put("bias_ih_l0", t(1, 20)),
        "bias_ih_l0",
        "[20]",
        "got [1, 20]");
    weights(
        t,
        "layer above reads H of both directions",
        BOTH,
        m -> m.put("weight_ih_l1_reverse", t(20, 5)),
        "weight_ih_l1_reverse",
        "[20, 10]",
        "got [20, 5]");
    weights(
        t,
        "projection transposed",
        PROJECTED,
        m -> m.put("weight_hr_l0", t(5, 2)),
        "weight_hr_l0",
        "[2, 5]",
        "got [5, 2]");
    weights(
        t,
        "weight_hh of width H although projected",
        PROJECTED,
        m -> m.put("weight_hh_l0", t(20, 5)),
        "weight_hh_l0",
        "[20, 2]",
        "got [20, 5]");
    weights(
        t,
        "extra layer",
        CONFIG,
        m -> m.put("weight_ih_l2", t(20, 5)),
        "weight_ih_l2",
        "unexpected",
        "weight_ih_l1");
    weights(
        t,
        "bias although bias=False",
        CONFIG.withBias(false),
        m -> m.put("bias_ih_l0", t(20)),
        "bias_ih_l0",
        "unexpected",
        "bias=False");
    t.illegal(
        "closed weight",
        () -> LstmParameters.of(CONFIG, parameters(CONFIG, m -> m.put("bias_ih_l0", closed(20)))),
        "[20]",
        "closed");
    t.illegal(
        "weights closed before the model is made",
        () -> {
          LstmParameters closed = LstmParameters.initialize(CONFIG, 1);
          closed.tensors().values().forEach(Tensor::close);
          Lstm.create(closed, LstmOptions.of(Backend.JAVA));
        },
        "closed");
    LstmParameters good = LstmParameters.initialize(CONFIG, 1);
    t.bad("unknown name", () -> good.get("weight"), "weight:", "weight_ih_l0");
    t.bad("null name", () -> good.get(null), "null", "weight_ih_l0");
    t.bad(
        "another configuration",
        () -> good.withConfig(CONFIG.withProjSize(2)),
        "weight_hh_l0",
        "[20, 2]",
        "got [20, 5]");
    t.bad("null configuration", () -> LstmParameters.of(null, Map.of()), "config", "null");
    t.bad("null other configuration", () -> good.withConfig(null), "config", "null");
    t.bad("null tensors", () -> LstmParameters.of(CONFIG, null), "tensors", "null");
    t.bad("initialising null", () -> LstmParameters.initialize(null, 1), "config", "null");
    t.bad("null parameters", () -> Lstm.create(null), "parameters", "null");
    t.bad("null options", () -> Lstm.create(good, null), "options", "null");
    t.bad("null backend", () -> LstmOptions.of(null), "backend", "null");
    t.bad(
        "CPU variant of plain Java",
        () -> new LstmOptions(Backend.JAVA, "avx2", Schedule.AUTO, 1),
        "cpuVariant",
        "JAVA",
        "got avx2");
    t.bad(
        "CPU variant of AUTO",
        () -> new LstmOptions(Backend.AUTO, "avx2", Schedule.AUTO, 1),
        "cpuVariant",
        "AUTO",
        "got avx2");
    t.bad(
        "no threads", () -> LstmOptions.defaults().withThreads(0), "threads", "1 or more", "got 0");
    t.bad(
        "schedule of plain Java",
        () -> LstmOptions.of(Backend.JAVA).withSchedule(Schedule.GEMM),
        "schedule",
        "AUTO",
        "JAVA",
        "got GEMM");
    t.bad("null schedule", () -> LstmOptions.defaults().withSchedule(null), "schedule", "null");
    if (NativeCode.excuse() == null) {
      t.illegal(
          "unknown CPU variant",
          () -> Lstm.create(good, LstmOptions.nativeVariant("avx9000")),
          "NATIVE",
          "avx9000",
          "baseline");
    }
    return t.rows;
  }

  static List<Mistake> tensors() {
    Table t = new Table();
    t.bad("dimension < 0", () -> t(3, -1), "shape", "0 or more", "[3, -1]");
    t.bad("dimension < 0 beside 0", () -> t(0, -1), "shape", "0 or more", "[0, -1]");
    t.bad(
        "2^62 elements",
        () -> t(Integer.MAX_VALUE, Integer.MAX_VALUE),
        "shape",
        String.valueOf(Tensor.MAX_SIZE),
        "[2147483647, 2147483647]");
    t.bad(
        "2^64 elements, 0 as a long",
        () -> t(1 << 16, 1 << 16, 1 << 16, 1 << 16),
        "shape",
        String.valueOf(Tensor.MAX_SIZE));
    t.bad(
        "2^32 elements, 0 as an int",
        () -> t(1 << 16, 1 << 16),
        "shape",
        String.valueOf(Tensor.MAX_SIZE),
        "[65536, 65536]");
    t.bad("null shape", () -> Tensor.allocate((int[]) null), "shape", "null");
    t.bad("too little data", () -> Tensor.of(new float[5], 2, 3), "data", "6", "[2, 3]", "got 5");
    t.bad("too much data", () -> Tensor.of(new float[7], 2, 3), "data", "6", "[2, 3]", "got 7");
    t.bad("null data", () -> Tensor.of(null, 2, 3), "data", "null");
    t.bad("null shape of data", () -> Tensor.of(new float[1], (int[]) null), "shape", "null");
    t.bad("heap buffer", () -> Tensor.wrap(FloatBuffer.allocate(6), 6), "data", "direct", "heap");
    t.bad(
        "foreign byte order",
        () -> Tensor.wrap(direct(FOREIGN, 6), 6),
        "data",
        ByteOrder.nativeOrder().toString(),
        "got " + FOREIGN);
    t.bad(
        "read-only buffer",
        () -> Tensor.wrap(direct(ByteOrder.nativeOrder(), 6).asReadOnlyBuffer(), 6),
        "data",
        "writable",
        "read-only");
    t.bad(
        "buffer of another size",
        () -> Tensor.wrap(direct(ByteOrder.nativeOrder(), 6).position(1), 2, 3),
        "data",
        "6",
        "[2, 3]",
        "got 5");
    t.bad("null buffer", () -> Tensor.wrap(null, 6), "data", "null");
    t.bad("reshape", () -> t(2, 3).reshape(4, 2), "tensor", "8", "[4, 2]", "got 6");
    t.bad("copy of another size", () -> t(2, 3).copyFrom(t(7)), "other", "6", "[2, 3]", "got 7");
    t.bad("copy of null", () -> t(2, 3).copyFrom((Tensor) null), "other", "null");
    t.bad("copy of a null array", () -> t(2, 3).copyFrom((float[]) null), "data", "null");
    t.bad(
        "copy of an array of another size",
        () -> t(2, 3).copyFrom(new float[2]),
        "data",
        "6",
        "got 2");
    return t.rows;
  }

  static List<Mistake> closed() {
    Table t = new Table();
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
    t.illegal("closed tensor: data", () -> closed(2).data(), "[2]", "closed");
    t.illegal("closed tensor: get", () -> closed(2).get(0), "[2]", "closed");
    t.illegal("closed tensor: set", () -> closed(2).set(1, 0), "[2]", "closed");
    t.illegal("closed tensor: toArray", () -> closed(2).toArray(), "[2]", "closed");
    t.illegal("closed tensor: fill", () -> closed(2).fill(1), "[2]", "closed");
    t.illegal("closed tensor: reshape", () -> closed(2).reshape(2, 1), "[2]", "closed");
    t.illegal("closed tensor: copyFrom", () -> closed(2).copyFrom(t(2)), "[2]", "closed");
    t.illegal("copyFrom closed tensor", () -> t(2).copyFrom(closed(2)), "[2]", "closed");
    return t.rows;
  }

  static List<Mistake> step() {
    Table t = new Table();
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
    return t.rows;
  }

  private static void step(
      Table t, String what, Tensor x, LstmState state, Tensor output, String... message) {
    t.bad(what, () -> MODEL.step(x, state, output), message);
  }

  @ParameterizedTest
  @MethodSource({
    "configuration",
    "input",
    "states",
    "output",
    "lengths",
    "parameters",
    "tensors",
    "closed",
    "step"
  })
  void isRefusedInWords(Mistake mistake) {
    RuntimeException thrown = assertThrows(mistake.thrown(), mistake.call(), mistake.what());
    assertEquals(mistake.thrown(), thrown.getClass());
    for (String part : mistake.message()) {
      assertTrue(
          thrown.getMessage().contains(part),
          () -> "expected \"" + part + "\" in: " + thrown.getMessage());
    }
  }

  @Test
  void indicesOutsideAreRefused() {
    Tensor tensor = t(2, 3);
    for (int[] index : new int[][] {{}, {1}, {2, 0}, {0, 3}, {-1, 0}, {0, 0, 0}}) {
      assertThrows(IndexOutOfBoundsException.class, () -> tensor.get(index));
      assertThrows(IndexOutOfBoundsException.class, () -> tensor.set(1, index));
    }
    assertThrows(IndexOutOfBoundsException.class, () -> tensor.dim(2));
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

  /** A view has a lifetime of its own. */
  @Test
  void closingATensorLeavesItsViewsOpen() {
    Tensor tensor = t(2, 3).fill(4);
    Tensor view = tensor.reshape(6);
    tensor.close();
    assertEquals(4f, view.get(5));
  }
}
