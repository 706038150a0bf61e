package io.github.lstm4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.lstm4j.Mistakes.Mistake;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Configurations, parameters, options, tensors and packed sequences that cannot be are refused in
 * words when they are made.
 */
class ValueMisuseTest {
  private static final LstmConfig CONFIG = LstmConfig.of(3, 5).withNumLayers(2);
  private static final LstmConfig PROJECTED = CONFIG.withProjSize(2);
  private static final LstmConfig BOTH = CONFIG.withBidirectional(true);

  private static final ByteOrder FOREIGN =
      ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN
          ? ByteOrder.LITTLE_ENDIAN
          : ByteOrder.BIG_ENDIAN;

  private static Tensor t(int... shape) {
    return Tensor.allocate(shape);
  }

  private static Tensor closed(int... shape) {
    Tensor tensor = t(shape);
    tensor.close();
    return tensor;
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

  static List<Mistake> configuration() {
    Mistakes t = new Mistakes();
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
    return t.rows();
  }

  private static void weights(
      Mistakes t,
      String what,
      LstmConfig config,
      Consumer<Map<String, Tensor>> change,
      String... message) {
    t.bad(what, () -> LstmParameters.of(config, parameters(config, change)), message);
  }

  static List<Mistake> parameters() {
    Mistakes t = new Mistakes();
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
    return t.rows();
  }

  static List<Mistake> tensors() {
    Mistakes t = new Mistakes();
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
    return t.rows();
  }

  static List<Mistake> closedTensors() {
    Mistakes t = new Mistakes();
    t.illegal("closed tensor: data", () -> closed(2).data(), "[2]", "closed");
    t.illegal("closed tensor: get", () -> closed(2).get(0), "[2]", "closed");
    t.illegal("closed tensor: set", () -> closed(2).set(1, 0), "[2]", "closed");
    t.illegal("closed tensor: toArray", () -> closed(2).toArray(), "[2]", "closed");
    t.illegal("closed tensor: fill", () -> closed(2).fill(1), "[2]", "closed");
    t.illegal("closed tensor: reshape", () -> closed(2).reshape(2, 1), "[2]", "closed");
    t.illegal("closed tensor: copyFrom", () -> closed(2).copyFrom(t(2)), "[2]", "closed");
    t.illegal("copyFrom closed tensor", () -> t(2).copyFrom(closed(2)), "[2]", "closed");
    return t.rows();
  }

  private static void packedOf(
      Mistakes t, String what, Tensor data, int[] sizes, int[] indices, String... message) {
    t.bad(what, () -> PackedSequence.of(data, sizes, indices), message);
  }

  static List<Mistake> packing() {
    Mistakes t = new Mistakes();
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
    return t.rows();
  }

  @ParameterizedTest
  @MethodSource({"configuration", "parameters", "tensors", "closedTensors", "packing"})
  void isRefusedInWords(Mistake mistake) {
    mistake.assertRefused();
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

  /** A view has a lifetime of its own. */
  @Test
  void closingATensorLeavesItsViewsOpen() {
    Tensor tensor = t(2, 3).fill(4);
    Tensor view = tensor.reshape(6);
    tensor.close();
    assertEquals(4f, view.get(5));
  }
}
