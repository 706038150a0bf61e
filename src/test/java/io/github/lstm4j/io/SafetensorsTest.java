package io.github.lstm4j.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lstm4j.Tensor;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {
  @TempDir Path folder;

  @Test
  void writesAndReadsBack() throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("b", Tensor.of(new float[] {1, Float.NaN, -0f, Float.MIN_VALUE}, 2, 2));
    tensors.put("a \"quoted\" \u6587", Tensor.of(new float[] {7}));
    tensors.put("empty", Tensor.allocate(0, 5));
    tensors.put("long", Tensor.allocate(100_003).fill(3));
    Path file = folder.resolve("x.safetensors");
    Safetensors.write(file, tensors, Map.of("key", "value\n"));
    try (Safetensors read = Safetensors.open(file)) {
      assertEquals("safetensors", read.format());
      assertEquals(Map.of("key", "value\n"), read.metadata());
      assertEquals(
          List.copyOf(tensors.keySet()),
          read.entries().stream().map(Checkpoint.Entry::name).toList());
      for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
        Tensor tensor = read.tensor(entry.getKey());
        assertArrayEquals(entry.getValue().shape(), tensor.shape());
        assertArrayEquals(entry.getValue().toArray(), tensor.toArray());
      }
    }
    long header =
        ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN).getLong();
    assertEquals(0, header % 8, "the data part is aligned");
  }

  @Test
  void replacesAFileInOneStepOrNotAtAll() throws IOException {
    Path file = folder.resolve("x.safetensors");
    Safetensors.write(file, Map.of("a", Tensor.of(new float[] {1})), Map.of());
    Tensor closed = Tensor.allocate(3);
    closed.close();
    Map<String, Tensor> broken = new LinkedHashMap<>();
    broken.put("first", Tensor.allocate(1000));
    broken.put("second", closed);
    assertThrows(IllegalStateException.class, () -> Safetensors.write(file, broken, Map.of()));
    try (Safetensors read = Safetensors.open(file)) {
      assertArrayEquals(new float[] {1}, read.tensor("a").toArray());
    }
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(List.of(file), left.toList());
    }
    Path missing = folder.resolve("none/x.safetensors");
    assertThrows(IOException.class, () -> Safetensors.write(missing, Map.of(), Map.of()));
  }

  @Test
  void writesWhatIsJustWithinTheLimits() throws IOException {
    Path file = folder.resolve("x.safetensors");
    String name = "n".repeat(Limits.NAME);
    Map<String, Tensor> tensors = new HashMap<>();
    Tensor empty = Tensor.allocate(0);
    for (int k = 1; k < Limits.ENTRIES; k++) {
      tensors.put("" + k, empty);
    }
    tensors.put(name, Tensor.allocate(1, 1, 1, 1, 1, 1, 1, 1));
    Map<String, String> metadata = new HashMap<>();
    metadata.put(name, "\u00e9".repeat(Limits.VALUE)); // two bytes each
    Safetensors.write(file, tensors, metadata);
    try (Safetensors read = Safetensors.open(file)) {
      assertEquals(Limits.ENTRIES, read.entries().size());
      assertEquals(8, read.tensor(name).rank());
      assertEquals(metadata, read.metadata());
    }
    metadata.clear();
    for (int k = 1; k <= Limits.ENTRIES; k++) {
      metadata.put("" + k, "");
    }
    Safetensors.write(file, Map.of(), metadata);
    try (Safetensors read = Safetensors.open(file)) {
      assertEquals(metadata, read.metadata());
    }
    int rest = Limits.TEXT - 3 * Limits.VALUE - "__metadata__abcdx".length();
    Safetensors.write(file, Map.of("x", Tensor.allocate()), values(rest));
    try (Safetensors read = Safetensors.open(file)) {
      assertEquals(rest, read.metadata().get("d").length());
    }
    assertNotWritten(
        Map.of("x", Tensor.allocate()),
        values(rest + 1),
        "names and metadata: expected at most 16777216 characters together, got 16777217");
  }

  private static Map<String, String> values(int last) {
    String full = "v".repeat(Limits.VALUE);
    return Map.of("a", full, "b", full, "c", full, "d", "v".repeat(last));
  }

  @Test
  void refusesToWriteWhatCannotBeRead() throws IOException {
    String name = "n".repeat(Limits.NAME + 1);
    Tensor one = Tensor.allocate(1);
    assertNotWritten(Map.of("__metadata__", one), Map.of(), "__metadata__ is reserved");
    assertNotWritten(
        Map.of(name, one), Map.of(), "tensor 'nnn", "at most 4096 characters of name, got 4097");
    assertNotWritten(
        Map.of("deep", Tensor.allocate(1, 1, 1, 1, 1, 1, 1, 1, 1)),
        Map.of(),
        "tensor 'deep': expected at most 8 dimensions, got 9");
    assertNotWritten(
        Map.of(), Map.of(name, ""), "metadata 'nnn", "at most 4096 characters of key, got 4097");
    assertNotWritten(
        Map.of(),
        Map.of("vocabulary", "v".repeat(Limits.VALUE + 1)),
        "metadata 'vocabulary': expected at most 4194304 characters of value, got 4194305");
    String cut = "half \ud83d";
    assertNotWritten(Map.of(cut, one), Map.of(), "tensor 'half", "expected Unicode text");
    assertNotWritten(Map.of(), Map.of(cut, ""), "metadata 'half", "expected Unicode text");
    assertNotWritten(Map.of(), Map.of("a", cut), "metadata 'a'", "expected Unicode text");
    Map<String, Tensor> tensors = new HashMap<>();
    Map<String, String> metadata = new HashMap<>();
    for (int k = 0; k <= Limits.ENTRIES; k++) {
      tensors.put("" + k, one);
      metadata.put("" + k, "");
    }
    assertNotWritten(tensors, Map.of(), "tensors: expected at most 100000 entries, got 100001");
    assertNotWritten(Map.of(), metadata, "metadata: expected at most 100000 entries, got 100001");
  }

  /** Six bytes for each control character: within the limit of text, but not of the header. */
  @Test
  void refusesToWriteALongHeader() throws IOException {
    String value = "\0".repeat(Limits.VALUE - 1000);
    assertNotWritten(
        Map.of(),
        Map.of("a", value, "b", value, "c", value, "d", value),
        "the header: expected at most 100000000 bytes, got 100");
  }

  private void assertNotWritten(
      Map<String, Tensor> tensors, Map<String, String> metadata, String... words)
      throws IOException {
    Path file = folder.resolve("refused.safetensors");
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> Safetensors.write(file, tensors, metadata));
    for (String word : words) {
      assertTrue(e.getMessage().contains(word), word + " in: " + e.getMessage());
    }
    assertFalse(Files.exists(file));
  }

  @Test
  void writesThroughASymbolicLink() throws IOException {
    Path file = folder.resolve("real.safetensors");
    Path link = folder.resolve("link.safetensors");
    Safetensors.write(file, Map.of(), Map.of());
    Files.createSymbolicLink(link, file);
    Safetensors.write(link, Map.of("a", Tensor.allocate(1)), Map.of());
    assertTrue(Files.isSymbolicLink(link));
    try (Safetensors read = Safetensors.open(file)) {
      assertEquals(1, read.entries().size());
    }
  }

  @Test
  void readsIntegersWhenAsked() throws IOException {
    String json =
        """
        {"i": {"dtype": "I64", "shape": [2], "data_offsets": [0, 16]},\
         "u": {"dtype": "U8", "shape": [2], "data_offsets": [16, 18]},\
         "b": {"dtype": "BOOL", "shape": [1], "data_offsets": [18, 19]}}""";
    ByteBuffer data = ByteBuffer.allocate(19).order(ByteOrder.LITTLE_ENDIAN);
    data.putLong(-3).putLong(1L << 40).put((byte) 255).put((byte) 1).put((byte) 1);
    Path file = file(json, data.array());
    try (Safetensors read = Safetensors.open(file)) {
      assertArrayEquals(new long[] {-3, 1L << 40}, read.longs("i"));
      assertArrayEquals(new long[] {255, 1}, read.longs("u"));
      assertRefused(() -> read.longs("b"), "integers", "BOOL");
      assertRefused(() -> read.tensor("i"), "F32", "I64");
      assertRefused(() -> read.tensor("none"), "'none'", "'i', 'u', 'b'");
    }
  }

  @Test
  void isClosedOnceAndForAll() throws IOException {
    Safetensors read = Safetensors.open(file("{}", new byte[0]));
    read.close();
    read.close();
    assertThrows(IllegalStateException.class, read::entries);
    assertThrows(IllegalStateException.class, read::metadata);
    assertThrows(IllegalStateException.class, () -> read.tensor("a"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[]|JSON object",
        "{|malformed JSON",
        "{}x|malformed JSON",
        "{} {}|end",
        "{}|expected 0 bytes of data after the header, found 4",
        "{\"a\": 1}|START_OBJECT",
        "{\"a\": {}}|not all of them",
        "{\"a\": {\"dtype\": \"F32\", \"shape\": [1]}}|not all of them",
        "{\"a\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [0]}}|not all of them",
        "{\"a\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [0, 2, 4]}}|at most 2",
        "{\"a\": {\"dtype\": \"F33\", \"shape\": [1], \"data_offsets\": [0, 4]}}|'F33'",
        "{\"a\": {\"dtype\": 4, \"shape\": [1], \"data_offsets\": [0, 4]}}|VALUE_STRING",
        "{\"a\": {\"dtype\": \"F32\", \"shape\": 1, \"data_offsets\": [0, 4]}}|START_ARRAY",
        "{\"a\": {\"dtype\": \"F32\", \"shape\": [1.0], \"data_offsets\": [0, 4]}}|VALUE_NUMBER_INT",
        "{\"a\": {\"dtype\": \"F32\", \"shape\": [-1], \"data_offsets\": [0, 4]}}|0 or more",
        "{\"a\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [0, 4], \"x\": 1}}|'x'",
        "{\"a\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [4, 0]}}|4 bytes",
        "{\"a\": {\"dtype\": \"F32\", \"shape\": [2], \"data_offsets\": [0, 4]}}|8 bytes",
        "{\"a\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [4, 8]}}|begin at 0",
        "{\"a\": {\"dtype\": \"F32\", \"shape\": [], \"data_offsets\": [0, 8]}}|4 bytes",
        "{\"a\": {\"dtype\": \"F32\", \"shape\": [2], \"data_offsets\": [0, 8]}}|8 bytes of data",
        "{\"a\": {\"dtype\": \"F32\", \"shape\": [9223372036854775807], \"data_offsets\": [0, 4]}}|fits",
        "{\"a\": {\"dtype\": \"F32\", \"shape\": [4611686018427387904, 4], \"data_offsets\": [0, 4]}}|fits",
        "{\"a\": {\"dtype\": \"F32\", \"shape\": [4294967296, 4294967296], \"data_offsets\": [0, 0]}}|fits",
        "{\"a\": {\"dtype\": \"F32\", \"shape\": [99999999999999999999], \"data_offsets\": [0, 4]}}|JSON",
        "{\"a\": {\"dtype\": \"F32\", \"shape\": [1,1,1,1,1,1,1,1,1], \"data_offsets\": [0, 4]}}|at most 8",
        "{\"__metadata__\": {\"a\": 1}}|VALUE_STRING",
        "{\"__metadata__\": {\"a\": \"1\", \"a\": \"2\"}}|Duplicate",
        "{\"__metadata__\": {}, \"__metadata__\": {}}|Duplicate",
        "{\"a\\u0000\": {\"dtype\": \"F32\", \"shape\": [3], \"data_offsets\": [0, 12]}}|12 bytes",
      })
  void refusesAMalformedHeader(String json, String expected) throws IOException {
    Path file = file(json, new byte[4]);
    assertRefused(() -> Safetensors.open(file).close(), expected);
  }

  @ParameterizedTest
  @CsvSource({"0, 4, 0, 4, 4", "0, 4, 3, 7, 4", "0, 4, 5, 9, 4", "0, 8, 0, 4, 0"})
  void refusesOverlapsAndHoles(int begin, int end, int begin2, int end2, int covered)
      throws IOException {
    String json = String.format("{\"a\": %s, \"b\": %s}", slot(begin, end), slot(begin2, end2));
    Path file = file(json, new byte[Math.max(end, end2)]);
    assertRefused(
        () -> Safetensors.open(file).close(), covered == 0 ? "begin at 4" : "at " + covered);
  }

  /** The first bytes are a length, and may look like the magic number of another format. */
  @Test
  void isRecognisedWhateverItsHeaderLength() throws IOException {
    for (int length = 2; length < 1000; length++) {
      Path file = file("{}" + " ".repeat(length - 2), new byte[0]);
      try (Checkpoint read = Checkpoint.open(file)) {
        assertEquals("safetensors", read.format());
      }
    }
  }

  @Test
  void refusesTheSameNameTwice() throws IOException {
    Path file = file("{\"a\": " + slot(0, 4) + ", \"a\": " + slot(4, 8) + "}", new byte[8]);
    assertRefused(() -> Safetensors.open(file).close(), "Duplicate");
  }

  @ParameterizedTest
  @CsvSource({"-1", "9223372036854775807", "100000001", "3", "0", "1"})
  void refusesHeaderLengths(long length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
    Path file = folder.resolve("x.safetensors");
    Files.write(file, bytes.put((byte) '{').put((byte) '}').array());
    assertRefused(() -> Safetensors.open(file).close(), "expected");
  }

  @Test
  void refusesALongHeaderOfALargeFile() throws IOException {
    Path file = folder.resolve("x.safetensors");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.write(new byte[] {1, (byte) 0xe1, (byte) 0xf5, 5, 0, 0, 0, 0, '{'}); // 100,000,001
      sparse.setLength(200_000_000);
    }
    assertRefused(() -> Safetensors.open(file).close(), "at most 100000000");
  }

  @Test
  void refusesDeepNestingAndLongText() throws IOException {
    Path nested = file("{\"a\": " + "[".repeat(1_000_000) + "}", new byte[0]);
    assertRefused(() -> Safetensors.open(nested).close(), "START_OBJECT");
    Path shape = file("{\"a\": {\"shape\": " + "[".repeat(1_000_000) + "}", new byte[0]);
    assertRefused(() -> Safetensors.open(shape).close(), "VALUE_NUMBER_INT");
    Path name = file("{\"" + "a".repeat(10_000) + "\": {}}", new byte[0]);
    assertRefused(() -> Safetensors.open(name).close(), "malformed JSON");
    String value = "\"" + "a".repeat(3_000_000) + "\"";
    StringBuilder json = new StringBuilder("{\"__metadata__\": {\"k\": " + value);
    for (int k = 0; k < 6; k++) {
      json.append(", \"k").append(k).append("\": ").append(value);
    }
    Path text = file(json.append("}}").toString(), new byte[0]);
    assertRefused(() -> Safetensors.open(text).close(), "characters of names and metadata");
  }

  @Test
  void refusesTooManyTensors() throws IOException {
    StringBuilder json = new StringBuilder("{");
    for (int k = 0; k <= Limits.ENTRIES; k++) {
      json.append('"').append(k).append("\":").append(slot(0, 0)).append(',');
    }
    json.setCharAt(json.length() - 1, '}');
    Path file = file(json.toString().replace("[0]", "[0,1]"), new byte[0]);
    assertRefused(() -> Safetensors.open(file).close(), "at most 100000 tensors");
  }

  @Test
  void refusesTooMuchMetadata() throws IOException {
    StringBuilder json = new StringBuilder("{\"__metadata__\": {");
    for (int k = 0; k <= Limits.ENTRIES; k++) {
      json.append('"').append(k).append("\":\"\",");
    }
    json.setCharAt(json.length() - 1, '}');
    Path file = file(json.append('}').toString(), new byte[0]);
    assertRefused(() -> Safetensors.open(file).close(), "100000 entries of metadata");
  }

  @Test
  void refusesAHeaderThatIsNotUtf8() throws IOException {
    byte[] json = "{\"a?\": {}}".getBytes(StandardCharsets.US_ASCII);
    json[3] = (byte) 0xff;
    ByteBuffer bytes = ByteBuffer.allocate(8 + json.length).order(ByteOrder.LITTLE_ENDIAN);
    Path file = folder.resolve("x.safetensors");
    Files.write(file, bytes.putLong(json.length).put(json).array());
    assertRefused(() -> Safetensors.open(file).close(), "UTF-8");
  }

  @Test
  void anEmptyTensorMayHaveAnyOtherDimensionButIsNotReadIfItIsHuge() throws IOException {
    String json =
        "{\"a\": {\"dtype\": \"F32\", \"shape\": [0, 4294967296], \"data_offsets\": [0, 0]}}";
    try (Safetensors read = Safetensors.open(file(json, new byte[0]))) {
      assertEquals(List.of(0L, 1L << 32), read.entries().get(0).shape());
      assertRefused(() -> read.tensor("a"), "2^31");
    }
  }

  private static String slot(int begin, int end) {
    return String.format(
        "{\"dtype\": \"F32\", \"shape\": [%d], \"data_offsets\": [%d, %d]}",
        (end - begin) / 4, begin, end);
  }

  private Path file(String json, byte[] data) throws IOException {
    byte[] text = json.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + text.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    Path file = folder.resolve("made.safetensors");
    Files.write(file, bytes.putLong(text.length).put(text).put(data).array());
    return file;
  }

  private interface Action {
    void run() throws IOException;
  }

  private void assertRefused(Action action, String... words) {
    CheckpointException e = assertThrows(CheckpointException.class, action::run);
    assertTrue(e.getMessage().startsWith(folder.toString()), e.getMessage());
    for (String word : words) {
      assertTrue(e.getMessage().contains(word), word + " in: " + e.getMessage());
    }
  }
}
