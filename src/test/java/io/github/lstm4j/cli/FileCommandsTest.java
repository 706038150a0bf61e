package io.github.lstm4j.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lstm4j.LstmConfig;
import io.github.lstm4j.LstmParameters;
import io.github.lstm4j.Tensor;
import io.github.lstm4j.internal.files.OutputFile;
import io.github.lstm4j.io.LstmFiles;
import io.github.lstm4j.io.Npy;
import io.github.lstm4j.io.Safetensors;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code init}, {@code info} and {@code convert}. */
class FileCommandsTest {
  private static final Path AIRLINE = Path.of("examples/demo/airline.pt");

  @TempDir Path dir;

  private Path init(String name, Object... more) {
    Path file = dir.resolve(name);
    Object[] args = new Object[5 + more.length];
    System.arraycopy(
        new Object[] {"init", "--input-size=3", "--hidden-size=5", "-o", file}, 0, args, 0, 5);
    System.arraycopy(more, 0, args, 5, more.length);
    assertTrue(Cli.run(args).succeeded().err().contains("parameters"));
    return file;
  }

  private static Path write(Path file, Map<String, Tensor> tensors) throws IOException {
    Safetensors.write(file, tensors, Map.of("note", "two\nlines"));
    return file;
  }

  @Test
  void initMakesWhatWasAskedForAndTheSameAgain() throws IOException {
    Path file =
        init(
            "a.safetensors",
            "--num-layers=2",
            "--no-bias",
            "--batch-first",
            "--dropout=0.5",
            "--bidirectional",
            "--proj-size=2",
            "--seed=7");
    assertEquals(
        "LSTM(3, 5, proj_size=2, num_layers=2, bias=False, batch_first=True, dropout=0.5,"
            + " bidirectional=True)",
        LstmFiles.load(file).config().toString());
    assertArrayEquals(
        Files.readAllBytes(init("b.safetensors", "--seed=7")),
        Files.readAllBytes(init("c.safetensors", "--seed=7")));
    assertEquals(-1, Files.mismatch(init("d.safetensors"), init("e.safetensors", "--seed", "0")));
    assertTrue(Files.mismatch(init("d.safetensors"), init("e.safetensors", "--seed", "1")) >= 0);
  }

  @Test
  void initRefusesWhatPyTorchRefuses() {
    Path out = dir.resolve("m.safetensors");
    String message =
        Cli.run("init", "--input-size=3", "--hidden-size=5", "--proj-size=5", "-o", out).failed(2);
    assertTrue(message.startsWith("--proj-size: ") && message.contains("1..4"), message);
    message = Cli.run("init", "--input-size=0", "--hidden-size=5", "-o", out).failed(2);
    assertTrue(message.startsWith("--input-size: expected 1 or more"), message);
    message = Cli.run("init", "--input-size=3", "--hidden-size=20000", "-o", out).failed(2);
    assertTrue(message.startsWith("--hidden-size, --input-size: expected"), message);
    Cli.run("init", "--input-size=many", "--hidden-size=5", "-o", out).failed(2);
    assertTrue(Cli.run("init", "--input-size=3", "-o", out).failed(2).contains("--hidden-size"));
    assertFalse(Files.exists(out));
  }

  /** Under another name the file would be taken for what it is not. */
  @Test
  void initWritesSafetensorsAlone() {
    Path out = dir.resolve("m.pt");
    String message = Cli.run("init", "--input-size=3", "--hidden-size=5", "-o", out).failed(2);
    assertTrue(message.contains("ends in .safetensors, got " + out), message);
    assertFalse(Files.exists(out));
  }

  @Test
  void whatCannotBeWrittenIsNamedAsItWasAskedFor() {
    Path out = dir.resolve("no/m.safetensors");
    String expected = out + ": no such folder: " + out.getParent();
    assertEquals(
        expected, Cli.run("init", "--input-size=3", "--hidden-size=5", "-o", out).failed(1));
    assertEquals(expected, Cli.run("convert", AIRLINE, out).failed(1));
    assertTrue(
        Cli.run("convert", AIRLINE, AIRLINE.resolve("m.safetensors")).failed(1).endsWith("pt"));
    Path file = dir.resolve("x".repeat(300) + ".csv");
    IOException e =
        assertThrows(
            IOException.class, () -> OutputFile.writeStream(file, bytes -> bytes.write(1)));
    assertTrue(e.getMessage().startsWith(file + ": cannot be written: "), e.getMessage());
  }

  @Test
  void aDiskThatIsFullIsSaidOfTheFile() {
    Path file = dir.resolve("full.csv");
    OutputFile.StreamContent full =
        bytes -> {
          throw new IOException("No space left on device");
        };
    String message =
        assertThrows(IOException.class, () -> OutputFile.writeStream(file, full)).getMessage();
    assertEquals(file + ": cannot be written: No space left on device", message);
    assertEquals(0, dir.toFile().list().length);
  }

  @Test
  void aNameMayBeAsLongAsTheFileSystemAllows() throws IOException {
    Path file = dir.resolve("\u00e4".repeat(124) + ".csv"); // 252 bytes
    OutputFile.writeStream(file, bytes -> bytes.write(1));
    assertEquals(1, Files.size(file));
  }

  @Test
  void aLinkStaysWhetherOrNotItLeadsToAFile() throws IOException {
    Path file = dir.resolve("target.csv");
    Path link = Files.createSymbolicLink(dir.resolve("link.csv"), Path.of("target.csv"));
    Path other = Files.createSymbolicLink(dir.resolve("other.csv"), link);
    for (int k = 1; k <= 2; k++) {
      byte[] content = new byte[k];
      OutputFile.writeStream(other, bytes -> bytes.write(content));
      assertEquals(k, Files.size(file));
      assertTrue(Files.isSymbolicLink(link) && Files.isSymbolicLink(other));
    }
    Path loop = Files.createSymbolicLink(dir.resolve("loop.csv"), Path.of("loop.csv"));
    assertThrows(IOException.class, () -> OutputFile.writeStream(loop, bytes -> bytes.write(1)));
  }

  @Test
  void aFileThatIsReplacedKeepsItsPermissions() throws IOException {
    Path file = Files.writeString(dir.resolve("private.csv"), "old");
    Set<PosixFilePermission> mine = PosixFilePermissions.fromString("rw-------");
    Files.setPosixFilePermissions(file, mine);
    OutputFile.writeStream(file, bytes -> bytes.write(1));
    assertEquals(mine, Files.getPosixFilePermissions(file));
    assertEquals(1, Files.size(file));
  }

  @Test
  void infoListsTensorsMetadataAndTheLstm() {
    String out = Cli.run("info", AIRLINE).succeeded().out();
    for (String fact :
        new String[] {
          "PyTorch (zip)",
          "lstm.weight_hh_l1",
          "[128, 32]",
          "F32",
          "head.bias",
          "epoch = ",
          "LSTM(1, 32, num_layers=2), 12,928 parameters"
        }) {
      assertTrue(out.contains(fact), fact + " in " + out);
    }
  }

  @Test
  void infoSaysWhyThereIsNoLstm() throws IOException {
    Path gru =
        write(
            dir.resolve("gru.safetensors"),
            Map.of(
                "rnn.weight_ih_l0", Tensor.allocate(15, 3),
                "rnn.weight_hh_l0", Tensor.allocate(15, 5)));
    String out = Cli.run("info", gru).succeeded().out();
    assertTrue(out.contains("LSTM     none: ") && out.contains("GRU"), out);
    assertTrue(out.contains("note = two lines"), out);
    Path two = write(dir.resolve("two.safetensors"), twoModels());
    out = Cli.run("info", two).succeeded().out();
    assertTrue(out.contains("a.*: LSTM(3, 5)") && out.contains("b.*: LSTM(2, 4)"), out);
  }

  /** A sparse file of 4 GiB, more than the memory of the tests. */
  @Test
  void infoReadsNoWeights() throws IOException {
    LstmConfig config = LstmConfig.of(8192, 8192).withNumLayers(2).withBias(false);
    List<String> slots = new ArrayList<>();
    long end = 0;
    for (Map.Entry<String, int[]> parameter : config.parameterShapes().entrySet()) {
      int[] shape = parameter.getValue();
      long begin = end;
      end += (long) Float.BYTES * shape[0] * shape[1];
      slots.add(
          "\"%s\":{\"dtype\":\"F32\",\"shape\":[%d,%d],\"data_offsets\":[%d,%d]}"
              .formatted(parameter.getKey(), shape[0], shape[1], begin, end));
    }
    byte[] json = ("{" + String.join(",", slots) + "}").getBytes(StandardCharsets.UTF_8);
    Path file = dir.resolve("huge.safetensors");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.writeLong(Long.reverseBytes(json.length));
      sparse.write(json);
      sparse.setLength(sparse.length() + end);
    }
    String out = Cli.run("info", file).succeeded().out();
    assertTrue(
        out.contains("LSTM(8192, 8192, num_layers=2, bias=False), 1,073,741,824 parameters"), out);
  }

  /** The file is read once, however many LSTMs it holds. */
  @Test
  void infoOfManyLstms() throws IOException {
    Tensor weight = Tensor.allocate(4, 1);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (int k = 0; k < 25_000; k++) {
      tensors.put(k + ".weight_ih_l0", weight);
      tensors.put(k + ".weight_hh_l0", weight);
    }
    Path file = write(dir.resolve("many.safetensors"), tensors);
    Cli.Result result =
        assertTimeoutPreemptively(Duration.ofSeconds(60), () -> Cli.run("info", file));
    assertTrue(result.succeeded().out().contains("24999.*: LSTM(1, 1, bias=False), 8 parameters"));
  }

  @Test
  void infoOfOneTensor() throws IOException {
    Path npy = dir.resolve("x.npy");
    Npy.write(npy, Tensor.allocate(4, 2, 3));
    assertTrue(Cli.run("info", npy).succeeded().out().contains("[4, 2, 3]"));
    Path csv = Files.writeString(dir.resolve("x.csv"), "1,2\n3,4\n5,6\n");
    assertTrue(Cli.run("info", csv).succeeded().out().contains("[3, 2]"));
  }

  @Test
  void infoOfWhatIsNoModel() throws IOException {
    assertTrue(Cli.run("info", dir).failed(1).contains("found a folder"));
    Path text = Files.writeString(dir.resolve("text.pt"), "hello");
    assertTrue(Cli.run("info", text).failed(1).contains("hello"));
    Path empty = Files.createFile(dir.resolve("empty.safetensors"));
    assertTrue(Cli.run("info", empty).failed(1).contains("empty"));
  }

  private static Map<String, Tensor> twoModels() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    LstmParameters.initialize(LstmConfig.of(3, 5), 1)
        .tensors()
        .forEach((name, tensor) -> tensors.put("a." + name, tensor));
    LstmParameters.initialize(LstmConfig.of(2, 4), 1)
        .tensors()
        .forEach((name, tensor) -> tensors.put("b." + name, tensor));
    return tensors;
  }

  @Test
  void convertTakesTheLstmOutOfACheckpoint() throws IOException {
    Path out = dir.resolve("airline.safetensors");
    Cli.Result result = Cli.run("convert", AIRLINE, out).succeeded();
    assertTrue(result.err().contains("left out 2 other tensors"), result.err());
    LstmParameters before = LstmFiles.load(AIRLINE);
    LstmParameters after = LstmFiles.load(out);
    before
        .tensors()
        .forEach((name, t) -> assertArrayEquals(t.toArray(), after.get(name).toArray(), name));
    Cli.run("convert", AIRLINE, out, "--all").succeeded();
    try (Safetensors all = Safetensors.open(out)) {
      assertEquals(10, all.entries().size());
      assertTrue(all.metadata().containsKey("epoch"));
    }
  }

  @Test
  void convertLosesNothingInPlace() throws IOException {
    Map<String, Tensor> tensors =
        new LinkedHashMap<>(LstmParameters.initialize(LstmConfig.of(3, 5), 1).tensors());
    tensors.put("head.weight", Tensor.allocate(2, 5));
    Path file = write(dir.resolve("m.safetensors"), tensors);
    byte[] before = Files.readAllBytes(file);
    Path link = Files.createSymbolicLink(dir.resolve("link.safetensors"), file);
    for (Path[] names : new Path[][] {{file, file}, {file, link}, {link, file}}) {
      String message = Cli.run("convert", names[0], names[1]).failed(2);
      assertTrue(message.contains("another file"), message);
      assertArrayEquals(before, Files.readAllBytes(file));
    }
    Cli.run("convert", file, link, "--all").succeeded();
    try (Safetensors all = Safetensors.open(file)) {
      assertEquals(tensors.keySet().size(), all.entries().size());
    }
    assertTrue(Files.isSymbolicLink(link));
    // Float32 alone comes out as it went in.
    Path half = dir.resolve("half.safetensors");
    String json = "{\"x\":{\"dtype\":\"F16\",\"shape\":[1],\"data_offsets\":[0,2]}}";
    byte[] bytes = ("........" + json + "\0\0").getBytes(StandardCharsets.UTF_8);
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(0, json.length());
    Files.write(half, bytes);
    String refused = Cli.run("convert", half, half, "--all").failed(2);
    assertTrue(refused.contains("lost or rounded"), refused);
    assertArrayEquals(bytes, Files.readAllBytes(half));
    Path absent = dir.resolve("no.safetensors");
    assertTrue(Cli.run("convert", absent, absent).failed(1).contains("no such file"));
    Path csv = Files.writeString(dir.resolve("x.csv"), "a,b\n1,2\n");
    Cli.run("convert", csv, csv).failed(2);
    assertEquals("a,b\n1,2\n", Files.readString(csv));
  }

  @Test
  void convertChoosesAmongSeveral() throws IOException {
    Path two = write(dir.resolve("two.safetensors"), twoModels());
    Path out = dir.resolve("one.safetensors");
    assertTrue(Cli.run("convert", two, out).failed(1).contains("prefix"));
    Cli.run("convert", two, out, "--prefix=b").succeeded();
    assertEquals("LSTM(2, 4)", LstmFiles.load(out).config().toString());
    assertTrue(Cli.run("convert", two, out, "--prefix=b", "--all").failed(2).contains("exclude"));
    Path npy = dir.resolve("one.npy");
    assertTrue(Cli.run("convert", two, npy).failed(2).contains("--tensor"));
    Cli.run("convert", two, npy, "--tensor=a.bias_ih_l0").succeeded();
    assertArrayEquals(new int[] {20}, Npy.read(npy).shape());
    assertTrue(Cli.run("convert", two, npy, "--tensor=c").failed(1).contains("'c'"));
  }

  @Test
  void convertRoundTripsATensor() throws IOException {
    Tensor x = Sample.random(5, 3);
    Path npy = dir.resolve("x.npy");
    Npy.write(npy, x);
    Path csv = dir.resolve("x.csv");
    Path safetensors = dir.resolve("x.safetensors");
    Path back = dir.resolve("back.npy");
    Cli.run("convert", npy, csv).succeeded();
    Cli.run("convert", csv, safetensors, "--tensor=named").succeeded();
    Cli.run("convert", safetensors, back).succeeded();
    assertEquals(-1, Files.mismatch(npy, back));
    assertTrue(Cli.run("info", safetensors).out().contains("named"));
    Cli.run("convert", csv, safetensors).succeeded();
    assertTrue(Cli.run("info", safetensors).out().contains("input"));
    assertEquals(Files.readString(csv), Cli.run("convert", npy, "-").succeeded().out());
  }

  @Test
  void convertRefusesWhatDoesNotFit() throws IOException {
    Path npy = dir.resolve("x.npy");
    Npy.write(npy, Tensor.allocate(4, 2, 3));
    Path csv = dir.resolve("x.csv");
    assertTrue(Cli.run("convert", npy, csv).failed(1).contains("[4, 2, 3]"));
    Npy.write(npy, Tensor.allocate());
    assertTrue(Cli.run("convert", npy, csv).failed(1).contains("[]"));
    assertFalse(Files.exists(csv));
    assertTrue(Cli.run("convert", AIRLINE, dir.resolve("x.pt")).failed(2).contains(".safetensors"));
    assertTrue(
        Cli.run("convert", npy, dir.resolve("x.safetensors"), "--all").failed(2).length() > 0);
    Path other = dir.resolve("y.npy");
    assertTrue(Cli.run("convert", npy, other, "--tensor=x").failed(2).contains("--tensor"));
  }
}
