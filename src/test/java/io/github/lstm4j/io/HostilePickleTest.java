package io.github.lstm4j.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Pickles that want to run code, or memory, or time. */
class HostilePickleTest {
  private static final int ZEROS = 48;

  @TempDir Path folder;

  static Stream<Arguments> refused() {
    long huge = 1L << 62;
    return Stream.of(
        // Code execution, by every opcode that can name or call something.
        arguments("os.system", call("os", "system"), "'os.system'"),
        arguments("posix.system", call("posix", "system"), "'posix.system'"),
        arguments("eval", call("builtins", "eval"), "'builtins.eval'"),
        arguments("exec, Python 2", call("__builtin__", "exec"), "'__builtin__.exec'"),
        arguments("getattr", call("builtins", "getattr"), "'builtins.getattr'"),
        arguments(
            "STACK_GLOBAL",
            Pickle.start().text("os").text("system").op(0x93).text("id").op(0x85).op("R").stop(),
            "'os.system'"),
        arguments("STACK_GLOBAL of numbers", Pickle.start().op("NN").op(0x93).stop(), "a name"),
        arguments(
            "STACK_GLOBAL too long",
            Pickle.start().text("os").text("s".repeat(1000)).op(0x93).stop(),
            "at most 256 characters, found 1000"),
        arguments(
            "INST", Pickle.start().op("(").text("id").op("ios\nsystem\n").stop(), "os.system"),
        arguments("OBJ", Pickle.start().op("(").global("os", "system").op("o").stop(), "os.system"),
        arguments("OBJ itself", Pickle.start().op("(Noo").stop(), "0x6f"),
        arguments(
            "NEWOBJ",
            Pickle.start().global("collections", "OrderedDict").op(")").op(0x81).stop(),
            "0x81"),
        arguments(
            "NEWOBJ_EX",
            Pickle.start().global("collections", "OrderedDict").op(")}").op(0x92).stop(),
            "0x92"),
        arguments("EXT1", Pickle.start().op(0x82, 1).stop(), "0x82"),
        arguments("PERSID", Pickle.start().op("Pstorage\n").stop(), "0x50"),
        arguments("NEXT_BUFFER", Pickle.start().op(0x97).stop(), "0x97"),
        arguments("BYTEARRAY8", Pickle.start().op(0x96).int8(1).op("x").stop(), "0x96"),
        arguments("an unknown opcode", Pickle.start().op(0xff).stop(), "0xff"),
        arguments("the library's own constructors", call("datetime", "date"), "'datetime.date'"),
        arguments("an exception class", call("builtins", "SystemExit"), "SystemExit"),
        arguments(
            "a dotted name", call("torch", "_utils._rebuild_tensor.os"), "_rebuild_tensor.os"),
        arguments("an allowed name split elsewhere", call("torch._utils._rebuild", "x"), "'torch"),
        arguments("a call of a dtype", call("torch", "float32"), "a call of torch.float32"),
        arguments("a call of a string", Pickle.start().text("f").op(")R").stop(), "a call of a S"),
        arguments("BUILD on a list", Pickle.start().op("]}b").stop(), "a dictionary"),
        arguments(
            "BUILD on a tensor", tensor(12, 0, dims(3), dims(1)).op("}b").stop(), "a dictionary"),
        arguments(
            "a negated tensor",
            Pickle.start()
                .global("torch._utils", "_rebuild_tensor_v2")
                .op("(")
                .storage("0", 12)
                .op("K")
                .op(0)
                .op("))NN}")
                .text("neg")
                .op(0x88)
                .op("stR")
                .stop(),
            "negated"),
        // Keys whose hash would recurse or explode.
        arguments(
            "a key twice",
            Pickle.start().op("}").text("a").op("Ns").text("a").op("Ns").stop(),
            "'a' twice"),
        arguments(
            "keys of one text",
            Pickle.start().op("}").number(1).op("Ns").text("1").op("Ns").stop(),
            "'1' twice"),
        arguments("a list as key", Pickle.start().op("}]Ns").stop(), "keys"),
        arguments("a tuple as key", Pickle.start().op("})Ns").stop(), "keys"),
        arguments(
            "itself as key", Pickle.start().op("}q").op(0).op("h").op(0).op("Ns").stop(), "keys"),
        arguments("a key without value", Pickle.start().op("}(Nu").stop(), "malformed"),
        // Lengths beyond the data.
        arguments("BINUNICODE", Pickle.start().op("X").int4(-1).stop(), "4294967295"),
        arguments("BINUNICODE 2 GiB", Pickle.start().op("X").int4(Integer.MAX_VALUE).stop(), "214"),
        arguments("BINUNICODE8", Pickle.start().op(0x8d).int8(huge).stop(), "more bytes"),
        arguments("BINUNICODE8 < 0", Pickle.start().op(0x8d).int8(-1).stop(), "more bytes"),
        arguments("BINBYTES8", Pickle.start().op(0x8e).int8(1L << 33).stop(), "more bytes"),
        arguments("BINBYTES", Pickle.start().op("B").int4(1 << 30).stop(), "more bytes"),
        arguments("BINSTRING", Pickle.start().op("T").int4(-5).stop(), "more bytes"),
        arguments("LONG4", Pickle.start().op(0x8b).int4(1 << 30).stop(), "more bytes"),
        arguments("LONG4 < 0", Pickle.start().op(0x8b).int4(-1).stop(), "more bytes"),
        arguments(
            "a long integer",
            Pickle.start().op(0x8b).int4(4096).op("x".repeat(4096)).stop(),
            "1024"),
        arguments("LONG in text", Pickle.start().op("L" + "9".repeat(5000) + "L\n").stop(), "line"),
        arguments("INT without end", Pickle.start().op("I12").stop(), "line"),
        arguments("INT of words", Pickle.start().op("Itwelve\n").stop(), "malformed"),
        arguments("GLOBAL without end", Pickle.start().op("cos").stop(), "line"),
        arguments("GLOBAL too long", call("o".repeat(1000), "s"), "line"),
        // Stack and memo misuse.
        arguments("nothing", new byte[0], "more bytes"),
        arguments("only STOP", new byte[] {'.'}, "malformed"),
        arguments("no STOP", Pickle.start().op("N").bytes(), "more bytes"),
        arguments("POP of nothing", Pickle.start().op("0").stop(), "malformed"),
        arguments("TUPLE without MARK", Pickle.start().op("NNt").stop(), "malformed"),
        arguments("GET of nothing", Pickle.start().op("h").op(7).stop(), "malformed"),
        arguments("APPEND to a tuple", Pickle.start().op(")Na").stop(), "malformed"),
        arguments("APPENDS to a dict", Pickle.start().op("}(Ne").stop(), "a list"),
        arguments("SETITEM on a list", Pickle.start().op("]NNs").stop(), "keys"),
        arguments("SETITEMS on a list", Pickle.start().op("](").text("a").op("Nu").stop(), "dict"),
        arguments("MARK as a key", Pickle.start().op("}(Ns").stop(), "keys"),
        arguments("a stack too deep", Pickle.start().op("N".repeat(300_000)).stop(), "a stack of"),
        arguments("protocol 9", new Pickle().op(0x80, 9).op("}").stop(), "malformed"),
        // Graphs without end.
        arguments("a list in itself", self("]", "a"), "nested"),
        arguments(
            "a dict in itself",
            Pickle.start().op("}q").op(0).text("a").op("h").op(0).op("s").stop(),
            "nested"),
        arguments("lists 100,000 deep", deep("]", "a"), "nested"),
        arguments(
            "tuples 100,000 deep",
            Pickle.start().op(")" + "\u0085".repeat(100_000)).stop(),
            "nested"),
        arguments("billion laughs of tuples", laughs(), "found more"),
        arguments("billion laughs of names", longNames(), "characters of names"),
        // Copies of one list, kept or thrown away.
        arguments("a list copied and kept", copies(1000, "a"), "bytes of heap"),
        arguments("a list copied and dropped", copies(100_000, "0"), "bytes of heap"),
        arguments("a long key set over and over", longKeys(), "twice"),
        arguments(
            "a pair of three",
            Pickle.start()
                .global("collections", "OrderedDict")
                .op("]")
                .text("a")
                .op("NN")
                .op(0x87)
                .op("a")
                .op(0x85)
                .op("R")
                .stop(),
            "found 3 values"),
        // Tensors that are not what they claim.
        arguments("shape beyond storage", tensor(12, 0, dims(13), dims(1)).stop(), "12 elements"),
        arguments("offset beyond", tensor(12, 1, dims(12), dims(1)).stop(), "12 elements"),
        arguments("offset < 0", tensor(12, -1, dims(2), dims(1)).stop(), "12 elements"),
        arguments("offset huge", tensor(12, Long.MAX_VALUE, dims(2), dims(1)).stop(), "12 elem"),
        arguments("stride beyond", tensor(12, 0, dims(3, 4), dims(5, 1)).stop(), "12 elements"),
        arguments("stride < 0", tensor(12, 11, dims(12), dims(-1)).stop(), "12 elements"),
        arguments("stride huge", tensor(12, 0, dims(3), dims(huge)).stop(), "12 elements"),
        arguments("stride wraps", tensor(12, 0, dims(5, 5), dims(huge, huge)).stop(), "12 elem"),
        arguments("stride 0", tensor(12, 0, dims(1 << 30), dims(0)).stop(), "12 elements"),
        arguments("stride 0, product", tensor(12, 0, dims(7, 7), dims(0, 0)).stop(), "12 elem"),
        arguments(
            "product wraps", tensor(12, 0, dims(1 << 31, 1 << 31, 4), dims(0, 0, 0)).stop(), "12"),
        arguments("dimension < 0", tensor(12, 0, dims(-1, -12), dims(1, 1)).stop(), "12 elements"),
        arguments("empty but huge", tensor(12, 0, dims(0, huge), dims(1, 1)).stop(), "12 elements"),
        arguments("too few strides", tensor(12, 0, dims(3, 4), dims(1)).stop(), "strides"),
        arguments("rank 9", tensor(12, 0, new long[9], new long[9]).stop(), "at most 8"),
        arguments("rank 10,000", tensor(12, 0, new long[10_000], new long[10_000]).stop(), "8"),
        arguments("storage larger", tensor(13, 0, dims(3), dims(1)).stop(), "found 48"),
        arguments("storage smaller", tensor(11, 0, dims(3), dims(1)).stop(), "found 48"),
        arguments("storage huge", tensor(huge, 0, dims(3), dims(1)).stop(), "sizes that fit"),
        arguments("storage < 0", tensor(-1, 0, dims(0), dims(1)).stop(), "sizes that fit"),
        arguments("storage wraps", tensor(1L << 61, 0, dims(3), dims(1)).stop(), "sizes that fit"),
        arguments(
            "no such record",
            Pickle.start()
                .global("torch._utils", "_rebuild_tensor_v2")
                .op("(")
                .storage("../../0", 12)
                .number(0)
                .tuple(3)
                .tuple(1)
                .op("NNtR")
                .stop(),
            "no such record"),
        // NumPy scalars that are none.
        arguments(
            "a type of None", Pickle.start().call("numpy", "dtype", "N").stop(), "found None"),
        arguments(
            "bytes of None", Pickle.start().call("_codecs", "encode", "N").stop(), "found None"),
        arguments(
            "a scalar of None", Pickle.start().call(CORE, "scalar", "N").stop(), "found None"),
        arguments("a scalar without a type", call(CORE, "scalar"), "scalar takes, found a String"),
        arguments("a scalar without bytes", scalar("f8", "<", "N").stop(), "8 bytes"),
        arguments("a scalar of 4 bytes", scalar("f8", "<", "U\u0004abcd").stop(), "found 4"),
        arguments("a scalar of 9 bytes", scalar("f8", "<", "U\u0009123456789").stop(), "found 9"),
        arguments(
            "an order of nothing",
            Pickle.start().call("numpy", "dtype", "U\u0002f8").op(")b").stop(),
            "arguments"),
        arguments("a function of NumPy", call("numpy", "load"), "'numpy.load'"),
        arguments("a persistent id of nothing", Pickle.start().op(")Q").stop(), "arguments"),
        arguments("a persistent id in text", Pickle.start().text("0").op("Q").stop(), "a tuple"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void isRefusedInTheZipFormat(String name, byte[] pickle, String expected) throws IOException {
    Path file = folder.resolve("hostile.pt");
    Pickle.zip(file, pickle, ZEROS);
    assertRefused(file, expected);
  }

  /** What is found first where the storages' keys and elements follow the pickle. */
  private static final Map<String, String> REFUSED_IN_LEGACY =
      Map.of(
          "nothing", "opcode 0xc",
          "no STOP", "opcode 0xc",
          "storage larger", "expected 13 elements, found 12",
          "storage smaller", "expected 11 elements, found 12",
          "no such record", "the keys of the pickled storages");

  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void isRefusedInTheLegacyFormat(String name, byte[] pickle, String expected) throws IOException {
    Path file = folder.resolve("hostile.pt");
    Pickle.legacy(file, pickle, "0", 12);
    Files.write(file, new byte[ZEROS], StandardOpenOption.APPEND);
    assertRefused(file, REFUSED_IN_LEGACY.getOrDefault(name, expected));
  }

  /** As a learning rate schedule's milestones stand beside a model. */
  @Test
  void aCounterIsADictionary() throws IOException {
    Path file = folder.resolve("counter.pt");
    Pickle.zip(
        file,
        Pickle.start()
            .op("}")
            .text("milestones")
            .global("collections", "Counter")
            .op("}")
            .number(30)
            .number(1)
            .op("s")
            .op(0x85) // TUPLE1
            .op("Rs.")
            .bytes(),
        4);
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      assertEquals(Map.of("milestones.30", "1"), checkpoint.metadata());
    }
  }

  /** As a best loss stands beside a model; sample numpy.pt has one that NumPy 1 pickled. */
  @Test
  void numpyScalarsAreNumbers() throws IOException {
    Map<String, Pickle> scalars = new LinkedHashMap<>();
    scalars.put("0.5", scalar("f8", "<", "C\u0008\0\0\0\0\0\0\u00e0?"));
    scalars.put("1.5", scalar("f8", ">", "U\u0008?\u00f8\0\0\0\0\0\0"));
    scalars.put("0.25", scalar("f4", "<", "C\u0004\0\0\u0080>"));
    scalars.put("-2.0", scalar("f2", "<", "C\u0002\0\u00c0"));
    scalars.put("-2", scalar("i8", "<", "C\u0008\u00fe\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff"));
    scalars.put("254", scalar("u1", "|", "C\u0001\u00fe"));
    scalars.put("true", scalar("b1", "|", "C\u0001\u0001"));
    scalars.put("a NumPy scalar of type U2", scalar("U2", "<", "C\u0008a\0\0\0b\0\0\0"));
    for (Map.Entry<String, Pickle> scalar : scalars.entrySet()) {
      Path file = folder.resolve("scalar.pt");
      Pickle.zip(file, Pickle.start().op("}").text("best").op(scalar.getValue()).op("s").stop(), 4);
      try (Checkpoint checkpoint = Checkpoint.open(file)) {
        assertEquals(Map.of("best", scalar.getKey()), checkpoint.metadata());
      }
    }
    try (Checkpoint checkpoint = Checkpoint.open(Samples.file("numpy.pt"))) {
      assertEquals(Map.of("best", "0.5"), checkpoint.metadata());
    }
  }

  private static final String CORE = "numpy._core.multiarray";

  /** A scalar as NumPy 2 pickles it. */
  private static Pickle scalar(String code, String order, String bytes) {
    return new Pickle()
        .global(CORE, "scalar")
        .call("numpy", "dtype", "U" + (char) code.length() + code)
        .op("(K\u0003U\u0001" + order + "tb")
        .op(bytes)
        .op(0x86) // TUPLE2
        .op("R");
  }

  @Test
  void theSameTensorIsReadWhenItIsHonest() throws IOException {
    Path file = folder.resolve("honest.pt");
    Pickle.zip(file, tensor(12, 2, dims(2, 3), dims(5, 1)).stop(), ZEROS);
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      assertArrayEquals(new int[] {2, 3}, checkpoint.tensor("tensor").shape());
    }
  }

  @Test
  void anOrderedDictOfPython2IsRead() throws IOException {
    Path file = folder.resolve("honest.pt");
    byte[] pickle =
        Pickle.start()
            .global("collections", "OrderedDict")
            .op("]]")
            .op("U")
            .op(1)
            .op("a")
            .op("a")
            .number(5)
            .op("aa")
            .op(0x85)
            .op("R")
            .stop();
    Pickle.zip(file, pickle, ZEROS);
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      assertEquals("5", checkpoint.metadata().get("a"));
    }
  }

  @Test
  void viewsThatTouchOneStorageOverAndOverAreRefused() throws IOException {
    Path file = folder.resolve("views.pt");
    Pickle pickle = Pickle.start().op("]");
    long last = (1 << 18) - 1;
    for (int k = 0; k < 300; k++) { // each reads 1 MiB for its two elements
      pickle.tensor(last + 1, 0, dims(2), dims(last)).op("a");
    }
    Pickle.zip(file, pickle.stop(), 1 << 20);
    assertRefused(file, "moderation");
  }

  @Test
  void expandedTensorsThatHoldMoreThanTheySpanAreRefused() throws IOException {
    Path file = folder.resolve("expanded.pt");
    Pickle pickle = Pickle.start().op("]");
    for (int k = 0; k < 300; k++) { // each makes 1 MiB of its one element
      pickle.tensor(1 << 18, 0, dims(1 << 9, 1 << 9), dims(0, 0)).op("a");
    }
    Pickle.zip(file, pickle.stop(), 1 << 20);
    assertRefused(file, "moderation");
  }

  @Test
  void aSmallExpandedTensorIsRead() throws IOException {
    Path file = folder.resolve("expanded.pt");
    Pickle.zip(file, tensor(12, 2, dims(2, 3), dims(0, 1)).stop(), ZEROS);
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      assertArrayEquals(new float[6], checkpoint.tensor("tensor").toArray());
    }
  }

  /** A sparse file: one element, expanded to as many as the storage has. */
  @Test
  void anExpandedTensorBeyondTheLargestTensorIsNotRead() throws IOException {
    Path file = folder.resolve("expanded.pt");
    long count = 1L << 29;
    Pickle.legacy(file, tensor(count, 0, dims(count), dims(0)).stop(), "0", count);
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(sparse.length() + Float.BYTES * count);
    }
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      CheckpointException e =
          assertThrows(CheckpointException.class, () -> checkpoint.tensor("tensor"));
      assertTrue(e.getMessage().contains("'tensor': expected"), e.getMessage());
      assertTrue(e.getMessage().contains("[536870912]"), e.getMessage());
    }
  }

  @Test
  void parametersThatShareOneStorageMayNotTakeMoreMemoryThanTheFileJustifies() throws IOException {
    Path file = folder.resolve("shared.pt");
    int hidden = 256;
    Pickle pickle = Pickle.start().op("}");
    for (int layer = 0; layer < 100; layer++) {
      for (String name : List.of("weight_ih_l", "weight_hh_l")) {
        pickle.text(name + layer);
        pickle.tensor(1 << 18, 0, dims(4 * hidden, hidden), dims(hidden, 1)).op("s");
      }
    }
    Pickle.zip(file, pickle.stop(), 1 << 20);
    CheckpointException e = assertThrows(CheckpointException.class, () -> LstmFiles.load(file));
    assertTrue(e.getMessage().contains("holds its parameters"), e.getMessage());
  }

  private void assertRefused(Path file, String expected) {
    CheckpointException e =
        assertTimeoutPreemptively(
            Duration.ofSeconds(20),
            () -> assertThrows(CheckpointException.class, () -> Checkpoint.open(file).close()));
    assertTrue(e.getMessage().startsWith(file + ": "), e.getMessage());
    assertTrue(e.getMessage().contains(expected), expected + " in: " + e.getMessage());
    assertTrue(e.getMessage().length() < 2000, "a message for people: " + e.getMessage().length());
  }

  private static long[] dims(long... values) {
    return values;
  }

  private static Pickle tensor(long numel, long offset, long[] shape, long[] stride) {
    return Pickle.start().tensor(numel, offset, shape, stride);
  }

  private static byte[] call(String module, String name) {
    return Pickle.start().global(module, name).text("echo").op(0x85).op("R").stop();
  }

  private static byte[] self(String empty, String add) {
    return Pickle.start().op(empty + "q").op(0).op("h").op(0).op(add).stop();
  }

  private static byte[] deep(String open, String close) {
    return Pickle.start().op(open.repeat(100_000) + close.repeat(99_999)).stop();
  }

  /** Makes one list of 100,000 pairs into dictionaries, over and over. */
  private static byte[] copies(int count, String after) {
    Pickle pickle = Pickle.start().op("](");
    for (int k = 0; k < 100_000; k++) {
      pickle.text("key" + k).op("N").op(0x86);
    }
    pickle.op("eq").op(0).op("0").global("collections", "OrderedDict").op("q").op(1).op("0]");
    for (int k = 0; k < count; k++) {
      pickle.op("h").op(1).op("h").op(0).op(0x85).op("R" + after);
    }
    return pickle.stop();
  }

  /** Two keys that are equal but not the same, so that they are compared at each of many uses. */
  private static byte[] longKeys() {
    String key = "k".repeat(4 << 20);
    Pickle pickle = Pickle.start().text(key).op("q").op(0).op("0").text(key).op("q").op(1).op("0");
    pickle.op("}h").op(0).op("Ns");
    for (int k = 0; k < 300_000; k++) {
      pickle.op("h").op(1).op("Ns");
    }
    return pickle.stop();
  }

  /** 30 tuples, each of ten times the one before. */
  private static byte[] laughs() {
    Pickle pickle = Pickle.start().op("K").op(1).op(0x85).op("q").op(0);
    for (int k = 0; k < 30; k++) {
      pickle.op("(");
      for (int copy = 0; copy < 10; copy++) {
        pickle.op("h").op(k);
      }
      pickle.op("tq").op(k + 1);
    }
    return pickle.stop();
  }

  /** Ten nested dictionaries, each twice in the one around it under long names, and a tensor. */
  private static byte[] longNames() {
    Pickle pickle = tensor(12, 0, dims(1), dims(1)).op("q").op(0);
    for (int k = 0; k < 14; k++) {
      pickle.op("}").text("a".repeat(1000)).op("h").op(k).op("s");
      pickle.text("b".repeat(1000)).op("h").op(k).op("sq").op(k + 1);
    }
    return pickle.stop();
  }
}
