package io.github.lstm4j.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.lstm4j.Tensor;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TorchCheckpointTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"tensor", "list", "special", "tied", "shared", "strided_legacy"})
  void readsTensorsUnderTheirNames(String name) throws IOException {
    try (Checkpoint read = Checkpoint.open(Samples.file(name + ".pt"));
        Checkpoint truth = Checkpoint.open(Samples.file(name + ".safetensors"))) {
      assertEquals(truth.entries(), read.entries());
      for (Checkpoint.Entry entry : truth.entries()) {
        float[] expected = truth.tensor(entry.name()).toArray();
        // Raw bits, for the sign of zero and the payload of NaN.
        assertArrayEquals(bits(expected), bits(read.tensor(entry.name()).toArray()), entry.name());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"nested", "nested_legacy"})
  void listsWhatATrainingCheckpointHolds(String name) throws IOException {
    try (Checkpoint read = Checkpoint.open(Samples.file(name + ".pt"))) {
      assertEquals(name.equals("nested") ? "PyTorch (zip)" : "PyTorch (legacy)", read.format());
      Map<String, String> metadata = read.metadata();
      assertEquals("5", metadata.get("epoch"));
      assertEquals("0.25", metadata.get("loss"));
      assertEquals("None", metadata.get("best"));
      assertEquals("tagger", metadata.get("name"));
      assertEquals("0.5", metadata.get("history.1"));
      assertEquals("true", metadata.get("done"));
      assertEquals("1180591620717411303424", metadata.get("big"));
      assertEquals("3", metadata.get("size.1"));
      assertEquals("torch.float32", metadata.get("dtype"));
      assertEquals("cpu", metadata.get("device"));
      assertEquals("0.999", metadata.get("optimizer.param_groups.0.betas.1"));
      List<String> entries = read.entries().stream().map(Checkpoint.Entry::toString).toList();
      assertTrue(entries.contains("state_dict.encoder.lstm.weight_ih_l0 F32 [12, 2]"));
      assertTrue(entries.contains("state_dict.encoder.norm.num_batches_tracked I64 []"));
      assertTrue(entries.contains("optimizer.state.1.exp_avg F32 [12, 2]"), entries.toString());
      assertThrows(
          CheckpointException.class,
          () -> read.tensor("state_dict.encoder.norm.num_batches_tracked"));
      assertThrows(CheckpointException.class, () -> read.tensor("epoch"));
    }
  }

  /** A storage that is a part of another one: what torch.load calls view_metadata. */
  @Test
  void readsATensorOfAPartOfAStorage() throws IOException {
    Pickle pickle = Pickle.start().op("}").text("a");
    pickle.global("torch._utils", "_rebuild_tensor_v2").op("((").text("storage");
    pickle.global("torch", "FloatStorage").text("0").text("cpu").number(6L);
    pickle.op("(").text("part").number(2L).number(4L).op("ttQ");
    pickle.number(1L).tuple(3).tuple(1);
    pickle.op(0x89).global("collections", "OrderedDict").op(")RtRs");
    ByteBuffer data = ByteBuffer.allocate(6 * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(new float[] {0, 1, 2, 3, 4, 5});
    Path file = folder.resolve("part.pt");
    Pickle.zip(file, Map.of("a/data.pkl", pickle.stop(), "a/data/0", data.array()), false);
    try (Checkpoint read = Checkpoint.open(file)) {
      assertArrayEquals(new float[] {3, 4, 5}, read.tensor("a").toArray());
    }
  }

  @Test
  void isClosedOnceAndForAll() throws IOException {
    for (String name : List.of("zip.pt", "legacy.pt")) {
      Checkpoint read = Checkpoint.open(Samples.file(name));
      Tensor tensor = read.tensor("weight_ih_l0");
      read.close();
      read.close();
      assertThrows(IllegalStateException.class, read::entries);
      assertThrows(IllegalStateException.class, () -> read.tensor("weight_ih_l0"));
      assertEquals(24, tensor.toArray().length);
    }
  }

  @Test
  void readsAnArchiveThatWasCompressedAgain() throws IOException {
    Path file = folder.resolve("deflated.pt");
    for (String name : List.of("zip", "shared", "strided")) {
      Pickle.zip(file, entries(Samples.file(name + ".pt")), true);
      assertArrayEquals(
          LstmFiles.load(Samples.file(name + ".safetensors")).get("weight_hh_l0").toArray(),
          LstmFiles.load(file).get("weight_hh_l0").toArray());
    }
  }

  /** As a resource of a jar is: it can be neither mapped nor read as an archive. */
  @ParameterizedTest
  @ValueSource(strings = {"zip.pt", "legacy.pt", "zip.safetensors"})
  void aFileOfAnotherFileSystemIsRefusedInWords(String name) throws IOException {
    Map<String, String> create = Map.of("create", "true");
    try (FileSystem jar = FileSystems.newFileSystem(folder.resolve("models.jar"), create)) {
      Path file = Files.copy(Samples.file(name), jar.getPath(name));
      IOException e = assertThrows(IOException.class, () -> Checkpoint.open(file));
      assertTrue(e.getMessage().contains("go through a temporary file"), e::getMessage);
      assertThrows(
          IOException.class,
          () -> {
            if (name.endsWith(".pt")) {
              TorchCheckpoint.open(file);
            } else {
              Safetensors.open(file);
            }
          });
    }
  }

  @Test
  void whatIsNoRegularFileIsRefusedInWords() throws Exception {
    IOException e = assertThrows(IOException.class, () -> Checkpoint.open(folder));
    assertEquals(folder + ": expected a regular file, found a folder", e.getMessage());
    Path pipe = folder.resolve("pipe");
    assumeTrue(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0);
    IOException p = assertThrows(IOException.class, () -> Checkpoint.open(pipe));
    assertEquals(pipe + ": expected a regular file, found a pipe or device", p.getMessage());
  }

  @Test
  void refusesBigEndianFiles() throws IOException {
    Map<String, byte[]> entries = entries(Samples.file("zip.pt"));
    Path file = folder.resolve("order.pt");
    entries.put("zip/byteorder", "little".getBytes(StandardCharsets.US_ASCII));
    Pickle.zip(file, entries, false);
    LstmFiles.load(file);
    entries.put("zip/byteorder", "big".getBytes(StandardCharsets.US_ASCII));
    Pickle.zip(file, entries, false);
    assertRefused(file, "byte order little, found 'big'");
  }

  @Test
  void refusesRecordsOfAnotherSize() throws IOException {
    Map<String, byte[]> entries = entries(Samples.file("zip.pt"));
    Path file = folder.resolve("short.pt");
    entries.put("zip/data/2", new byte[44]);
    Pickle.zip(file, entries, false);
    assertRefused(file, "expected 48 bytes (12 elements of F32), found 44");
    entries.remove("zip/data/2");
    Pickle.zip(file, entries, false);
    assertRefused(file, "found no such record");
  }

  @Test
  void refusesArchivesWithoutOnePickle() throws IOException {
    Path file = folder.resolve("other.pt");
    Pickle.zip(file, Map.of("a/data.pkl", new byte[1], "b/data.pkl", new byte[1]), false);
    assertRefused(file, "found two");
    Pickle.zip(file, Map.of("readme.txt", new byte[1]), false);
    assertRefused(file, "found a zip archive of 1 other");
  }

  /** The JDK looks through names of one hash one by one: minutes for a hundred thousand. */
  @Test
  void refusesEntriesMadeToCollide() throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("archive/data.pkl", Pickle.start().op("}").stop());
    for (int k = 0; k <= Limits.ZIP_HASH; k++) {
      StringBuilder name = new StringBuilder("archive/data/");
      for (int bit = 0; bit < 8; bit++) {
        name.append((k >> bit & 1) == 0 ? "Aa" : "BB"); // which have one hash
      }
      entries.put(name.toString(), new byte[4]);
    }
    Path file = folder.resolve("collide.pt");
    Pickle.zip(file, entries, false);
    assertRefused(file, "at most 100 zip entries whose names have one hash");
    entries.remove("archive/data/" + "Aa".repeat(8));
    Pickle.zip(file, entries, false);
    Checkpoint.open(file).close();
  }

  @Test
  void refusesTheSameEntryTwice() throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("archive/data.pkl", Pickle.start().op("}").stop());
    entries.put("archive/data.pk2", Pickle.start().op("]").stop());
    Path file = folder.resolve("twice.pt");
    Pickle.zip(file, entries, false);
    byte[] bytes = Files.readAllBytes(file);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    Files.write(file, text.replace("data.pk2", "data.pkl").getBytes(StandardCharsets.ISO_8859_1));
    assertRefused(file, "twice");
  }

  /** A pickle and a record that inflate far beyond what the file justifies. */
  @Test
  void refusesZipBombs() throws IOException {
    Path file = folder.resolve("bomb.pt");
    bomb(file, "archive/data.pkl", 100 << 20);
    assertRefused(file, "archive/data.pkl");
    bomb(file, "archive/data/0", 100 << 20);
    assertRefused(file, "archive/data/0");
  }

  /** Records that are plausible one by one but not together. */
  @Test
  void refusesManyCompressedRecords() throws IOException {
    Path file = folder.resolve("bombs.pt");
    int each = 30 << 20;
    Pickle pickle = Pickle.start().op("]");
    for (int k = 0; k < 4; k++) {
      pickle.global("torch._utils", "_rebuild_tensor_v2").op("(").storage("" + k, each / 4);
      pickle.number(0).tuple(1).tuple(1).op("NNtRa");
    }
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new ZipEntry("a/data.pkl"));
      zip.write(pickle.stop());
      for (int k = 0; k < 4; k++) {
        zip.putNextEntry(new ZipEntry("a/data/" + k));
        zip.write(new byte[each]);
      }
    }
    try (Checkpoint read = Checkpoint.open(file)) {
      read.tensor("0");
      read.tensor("0");
      read.tensor("1");
      assertThrows(CheckpointException.class, () -> read.tensor("2"));
    }
  }

  /** A central directory that claims, in a sparse file, to be larger than the heap should see. */
  @Test
  void refusesAHugeDirectoryBeforeReadingIt() throws IOException {
    Path file = folder.resolve("directory.pt");
    Pickle.zip(file, Pickle.start().op("}").stop(), 4);
    byte[] end = new byte[22];
    System.arraycopy(new byte[] {'P', 'K', 5, 6}, 0, end, 0, 4);
    end[8] = end[10] = 3;
    end[15] = 0x20; // 512 MiB
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(1L << 30);
      sparse.seek(sparse.length());
      sparse.write(end);
    }
    assertRefused(file, "zip directory of at most");
  }

  /** The same in the 64-bit form, which a locator can place anywhere. */
  @Test
  void refusesAHugeDirectoryThatIsFarFromTheEnd() throws IOException {
    Path file = folder.resolve("directory64.pt");
    Pickle.zip(file, Pickle.start().op("}").stop(), 4);
    long at = 100 << 20;
    ByteBuffer end64 = ByteBuffer.allocate(56).order(ByteOrder.LITTLE_ENDIAN);
    end64.putInt(0, 0x06064b50).putLong(40, 512 << 20);
    ByteBuffer end = ByteBuffer.allocate(20 + 22).order(ByteOrder.LITTLE_ENDIAN);
    end.putInt(0, 0x07064b50).putLong(8, at).putInt(16, 1);
    end.putInt(20, 0x06054b50).putInt(28, -1).putInt(32, -1).putInt(36, -1);
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.seek(at);
      sparse.write(end64.array());
      sparse.setLength(1L << 30);
      sparse.seek(sparse.length());
      sparse.write(end.array());
    }
    assertRefused(file, "zip directory of at most");
  }

  @Test
  void refusesEveryTruncation() throws IOException {
    Path file = folder.resolve("cut.pt");
    for (String name : List.of("zip.pt", "legacy.pt", "zip.safetensors")) {
      byte[] whole = Files.readAllBytes(Samples.file(name));
      for (int length = 0; length < whole.length; length++) {
        Files.write(file, Arrays.copyOf(whole, length));
        assertThrows(CheckpointException.class, () -> LstmFiles.load(file), name + " " + length);
      }
    }
  }

  @Test
  void anArchiveBehindOtherBytesIsNotRecognised() throws IOException {
    byte[] junk = new byte[100];
    new Random(1).nextBytes(junk);
    junk[0] = 1;
    Path file = folder.resolve("junk.pt");
    Files.write(file, junk);
    assertRefused(file, "begins with");
  }

  private static void bomb(Path file, String big, int size) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      byte[] zeros = new byte[1 << 20];
      for (String name : List.of("archive/data.pkl", "archive/data/0")) {
        zip.putNextEntry(new ZipEntry(name));
        if (!name.equals(big)) {
          long[] shape = {size / 4};
          zip.write(Pickle.start().tensor(size / 4, 0, shape, new long[] {1}).stop());
        } else {
          for (int k = 0; k < size; k += zeros.length) {
            zip.write(zeros);
          }
        }
      }
    }
  }

  private static Map<String, byte[]> entries(Path file) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (ZipEntry entry : zip.stream().toArray(ZipEntry[]::new)) {
        entries.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
      }
    }
    return entries;
  }

  private static void assertRefused(Path file, String expected) {
    CheckpointException e = assertThrows(CheckpointException.class, () -> LstmFiles.load(file));
    assertTrue(e.getMessage().contains(expected), e.getMessage());
    assertFalse(e.getMessage().contains("Exception"), e.getMessage());
  }

  private static int[] bits(float[] floats) {
    int[] bits = new int[floats.length];
    for (int k = 0; k < bits.length; k++) {
      bits[k] = Float.floatToRawIntBits(floats[k]);
    }
    return bits;
  }
}
