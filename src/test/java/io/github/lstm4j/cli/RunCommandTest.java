package io.github.lstm4j.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lstm4j.Lstm;
import io.github.lstm4j.LstmConfig;
import io.github.lstm4j.LstmOutput;
import io.github.lstm4j.LstmState;
import io.github.lstm4j.Tensor;
import io.github.lstm4j.cli.common.CsvTensors;
import io.github.lstm4j.io.Npy;
import io.github.lstm4j.io.Safetensors;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunCommandTest {
  private static final LstmConfig SMALL = LstmConfig.of(3, 5);

  @TempDir Path dir;

  private Cli.Result run(LstmConfig config, Path in, Path out, Object... more) throws IOException {
    List<Object> args = new ArrayList<>(List.of("run", "--backend=java"));
    args.addAll(List.of("--model", Sample.model(dir, config), "-i", in, "-o", out));
    args.addAll(List.of(more));
    return Cli.run(args.toArray());
  }

  private Path safetensors(String name, Map<String, Tensor> tensors) throws IOException {
    Path file = dir.resolve(name + ".safetensors");
    Safetensors.write(file, tensors, Map.of());
    return file;
  }

  private static void assertHolds(Path file, LstmOutput expected) throws IOException {
    try (Safetensors tensors = Safetensors.open(file)) {
      assertSame(expected.output(), tensors.tensor("output"));
      assertSame(expected.hn(), tensors.tensor("hn"));
      assertSame(expected.cn(), tensors.tensor("cn"));
      assertEquals(3, tensors.entries().size());
    }
  }

  private static void assertSame(Tensor expected, Tensor actual) {
    assertArrayEquals(expected.shape(), actual.shape());
    assertArrayEquals(expected.toArray(), actual.toArray(), 2e-7f);
  }

  @Test
  void safetensorsWithStatesToSafetensors() throws IOException {
    LstmConfig config = SMALL.withNumLayers(2).withBidirectional(true).withProjSize(2);
    Tensor x = Sample.random(7, 2, 3);
    Tensor h0 = Sample.random(4, 2, 2);
    Tensor c0 = Sample.random(4, 2, 5);
    Path in = safetensors("in", Map.of("input", x, "h0", h0, "c0", c0));
    Path out = dir.resolve("out.safetensors");
    Cli.Result result = run(config, in, out).succeeded();
    assertEquals("", result.out());
    try (Lstm lstm = Sample.lstm(config)) {
      assertHolds(out, lstm.forward(x, new LstmState(h0, c0)));
    }
    for (String fact :
        new String[] {
          "LSTM(3, 5, proj_size=2, num_layers=2, bidirectional=True)", "parameters", "JAVA",
          "[7, 2, 3], from h0 and c0", "14 time steps", "steps/s"
        }) {
      assertTrue(result.err().contains(fact), fact + " in " + result.err());
    }
  }

  @Test
  void lengthsWithPaddingThatIsNotRead() throws IOException {
    LstmConfig config = SMALL.withBidirectional(true).withBatchFirst(true);
    Tensor x = Sample.random(3, 4, 3); // [B, T, I]: the model file says so
    x.set(Float.NaN, 1, 2, 0);
    Path in = Sample.withLengths(dir.resolve("in.safetensors"), x, 4, 2, 3);
    Path out = dir.resolve("out.safetensors");
    Cli.Result result = run(config, in, out).succeeded();
    try (Lstm lstm = Sample.lstm(config)) {
      assertHolds(out, lstm.forward(x, new int[] {4, 2, 3}, null));
    }
    assertTrue(result.err().contains("lengths 2 to 4"), result.err());
    assertTrue(result.err().contains("9 time steps"), result.err());
  }

  @Test
  void npyToNpyBatchFirstOrNot() throws IOException {
    Tensor x = Sample.random(4, 2, 3);
    Path in = dir.resolve("in.npy");
    Npy.write(in, x);
    Path out = dir.resolve("out.npy");
    run(SMALL, in, out, "--batch-first").succeeded();
    try (Lstm lstm = Sample.lstm(SMALL.withBatchFirst(true))) {
      assertSame(lstm.forward(x).output(), Npy.read(out));
    }
    run(SMALL.withBatchFirst(true), in, out, "--no-batch-first").succeeded();
    try (Lstm lstm = Sample.lstm(SMALL)) {
      assertSame(lstm.forward(x).output(), Npy.read(out));
    }
  }

  @Test
  void csvThroughTheStandardStreams() throws IOException {
    String csv = "a,b,c\n0.5,-1,2e-1\n\n1,nan,3\n";
    Cli.Result result =
        Cli.runOn(
                csv.getBytes(StandardCharsets.UTF_8),
                "run",
                "-m",
                Sample.model(dir, SMALL),
                "-i",
                "-",
                "-o",
                "-",
                "--backend",
                "JAVA")
            .succeeded();
    Tensor x = Tensor.of(new float[] {0.5f, -1, 0.2f, 1, Float.NaN, 3}, 2, 3);
    try (Lstm lstm = Sample.lstm(SMALL)) {
      Tensor output = CsvTensors.read(new ByteArrayInputStream(result.bytes()), "out");
      assertSame(lstm.forward(x).output(), output);
    }
    assertEquals("nan,nan,nan,nan,nan", result.out().lines().toList().get(1));
  }

  @Test
  void otherFormatsThroughTheStandardStreams() throws IOException {
    Tensor x = Sample.random(4, 2, 3);
    ByteArrayOutputStream in = new ByteArrayOutputStream();
    Npy.write(in, x);
    Path model = Sample.model(dir, SMALL);
    Cli.Result safetensors =
        Cli.runOn(
                in.toByteArray(),
                "run",
                "-m",
                model,
                "-i-",
                "--input-format=npy",
                "-o-",
                "--output-format=safetensors",
                "--backend=java")
            .succeeded();
    Path out = Files.write(dir.resolve("out"), safetensors.bytes());
    Path again = safetensors("again", Map.of("input", x));
    Cli.Result npy =
        Cli.runOn(
                Files.readAllBytes(again),
                "run",
                "-m",
                model,
                "-i-",
                "--input-format=safetensors",
                "-o-",
                "--output-format=npy",
                "--backend=java")
            .succeeded();
    try (Lstm lstm = Sample.lstm(SMALL)) {
      assertHolds(out, lstm.forward(x));
      assertSame(lstm.forward(x).output(), Npy.read(new ByteArrayInputStream(npy.bytes())));
    }
  }

  /** By its name, and not by that of a file it was put into on the way. */
  @Test
  void whatIsWrongWithStandardInputIsSaid() throws IOException {
    Path model = Sample.model(dir, SMALL);
    ByteArrayOutputStream npy = new ByteArrayOutputStream();
    Npy.write(npy, Tensor.allocate(2, 3));
    npy.write(0);
    Map<String, byte[]> wrong =
        Map.of("csv", new byte[] {'x'}, "npy", new byte[64], "safetensors", new byte[64]);
    for (String format : wrong.keySet()) {
      String message = piped(model, format, wrong.get(format)).failed(1);
      assertTrue(message.startsWith("standard input: expected"), message);
    }
    String message = piped(model, "npy", npy.toByteArray()).failed(1);
    assertEquals("standard input: expected nothing after the array, found more", message);
  }

  private static Cli.Result piped(Path model, String format, byte[] in) {
    return Cli.runOn(
        in,
        "run",
        "--backend=java",
        "--model",
        model,
        "-i",
        "-",
        "--input-format",
        format,
        "-o",
        "-");
  }

  @Test
  void aLongSequenceInPiecesIsTheSameSequence() throws IOException {
    LstmConfig config = new LstmConfig(3, 65, 2, true, true, 0, false, 0);
    Tensor x = Sample.random(1, 20_000, 3);
    Path in = safetensors("in", Map.of("input", x));
    Path out = dir.resolve("out.safetensors");
    run(config, in, out).succeeded();
    try (Lstm lstm = Sample.lstm(config)) {
      assertHolds(out, lstm.forward(x));
    }
  }

  @Test
  void noTimeStepsAtAll() throws IOException {
    Path in = safetensors("in", Map.of("input", Tensor.allocate(0, 2, 3)));
    Path out = dir.resolve("out.safetensors");
    run(SMALL, in, out).succeeded();
    try (Lstm lstm = Sample.lstm(SMALL)) {
      assertHolds(out, lstm.forward(Tensor.allocate(0, 2, 3)));
    }
  }

  @Test
  void aWrongShapeIsOneLineAndWritesNothing() throws IOException {
    Path out = dir.resolve("out.safetensors");
    Path in = safetensors("in", Map.of("input", Sample.random(9000, 2, 4)));
    String message = run(SMALL, in, out).failed(1);
    assertTrue(message.startsWith(in + ": input"), message);
    assertTrue(message.contains("[9000, 2, 4]"), message);
    Path states =
        safetensors(
            "in",
            Map.of(
                "input", Sample.random(4, 2, 3),
                "h0", Sample.random(1, 2, 4),
                "c0", Sample.random(1, 2, 5)));
    message = run(SMALL, states, out).failed(1);
    assertTrue(message.endsWith(": h0: expected shape [1, 2, 5], got [1, 2, 4]"), message);
    Path unbatched =
        safetensors(
            "in",
            Map.of(
                "input", Sample.random(4, 3),
                "h0", Sample.random(1, 5),
                "c0", Sample.random(1, 1, 5)));
    message = run(SMALL, unbatched, out).failed(1);
    assertTrue(message.endsWith(": c0: expected shape [1, 5], got [1, 1, 5]"), message);
    Path lengths = Sample.withLengths(dir.resolve("in.safetensors"), Sample.random(4, 2, 3), 5, 1);
    assertTrue(run(SMALL, lengths, out).failed(1).contains("length"), message);
    lengths = Sample.withLengths(dir.resolve("in.safetensors"), Sample.random(4, 1, 3), 1L << 40);
    assertTrue(run(SMALL, lengths, out).failed(1).contains("1099511627776"), message);
    assertFalse(Files.exists(out));
  }

  @Test
  void whatIsNotReadOfAnInputFileIsNamed() throws IOException {
    Map<String, Tensor> typo = Map.of("input", Sample.random(2, 3), "lenghts", Sample.random(1));
    Cli.Result result = run(SMALL, safetensors("in", typo), dir.resolve("out.npy")).succeeded();
    assertTrue(result.err().contains("[2, 3], from a zero state; not read: lenghts"), result.err());
    Map<String, Tensor> many = new LinkedHashMap<>(typo);
    for (int k = 0; k < 13; k++) {
      many.put("line\n" + k, Sample.random(1));
    }
    result = run(SMALL, safetensors("in", many), dir.resolve("out.npy")).succeeded();
    assertTrue(
        result.err().contains("line 0") && result.err().contains(" and 2 more"), result.err());
  }

  @Test
  void whatAnInputFileLacksIsNamed() throws IOException {
    Path out = dir.resolve("out.safetensors");
    String message = run(SMALL, safetensors("in", Map.of("x", Sample.random(2, 3))), out).failed(1);
    assertTrue(message.contains("'input'") && message.contains("'x'"), message);
    Map<String, Tensor> half = Map.of("input", Sample.random(2, 3), "h0", Sample.random(1, 5));
    message = run(SMALL, safetensors("in", half), out).failed(1);
    assertTrue(message.contains("found only h0"), message);
    Map<String, Tensor> floats =
        Map.of("input", Sample.random(2, 1, 3), "lengths", Sample.random(1));
    message = run(SMALL, safetensors("in", floats), out).failed(1);
    assertTrue(message.contains("expected integers, found F32"), message);
    message = run(SMALL, dir.resolve("absent.npy"), out).failed(1);
    assertTrue(message.startsWith("no such file") && message.contains("absent.npy"), message);
    Files.createDirectory(dir.resolve("folder.csv"));
    message = run(SMALL, dir.resolve("folder.csv"), out).failed(1);
    assertTrue(message.contains("found a folder"), message);
  }

  @Test
  void csvHoldsOneSequenceOnly() throws IOException {
    Path out = dir.resolve("out.csv");
    Path in = safetensors("in", Map.of("input", Sample.random(4, 2, 3)));
    assertTrue(run(SMALL, in, out).failed(1).contains("[4, 2, 3]"));
    assertFalse(Files.exists(out));
    run(SMALL, safetensors("in", Map.of("input", Sample.random(4, 1, 3))), out).succeeded();
    assertEquals(4, Files.readAllLines(out).size());
    assertEquals(5, Files.readAllLines(out).get(0).split(",").length);
  }

  /** An axis of length 1 may be time. */
  @Test
  void stepsOfSeveralSequencesAreNotRowsOfCsv() throws IOException {
    Path out = dir.resolve("out.csv");
    Path wide = safetensors("wide", Map.of("input", Sample.random(1, 5, 3)));
    Path tall = safetensors("tall", Map.of("input", Sample.random(5, 1, 3)));
    assertTrue(run(SMALL, wide, out).failed(1).contains("[1, 5, 3] holds 5;"));
    assertTrue(
        run(SMALL, tall, out, "--batch-first")
            .failed(1)
            .contains("[5, 1, 3], batch first, holds 5;"));
    assertFalse(Files.exists(out));
    run(SMALL, wide, out, "--batch-first").succeeded();
    assertEquals(5, Files.readAllLines(out).size());
    run(SMALL, tall, out).succeeded();
    assertEquals(5, Files.readAllLines(out).size());
  }

  @Test
  void theOutputIsReplacedOrLeftAlone() throws IOException {
    Path out = Files.writeString(dir.resolve("out.csv"), "old");
    Path bad = Files.writeString(dir.resolve("in.csv"), "1,2,3\n4,5\n");
    run(SMALL, bad, out).failed(1);
    assertEquals("old", Files.readString(out));
    Files.writeString(bad, "1,2,3\n");
    run(SMALL, bad, out).succeeded();
    assertEquals(1, Files.readAllLines(out).size());
    try (var files = Files.list(dir)) {
      assertEquals(3, files.count()); // the model, in and out: nothing temporary stays
    }
  }

  @Test
  void whatCannotBeWrittenIsRefusedBeforeTheWork() throws IOException {
    Path in = safetensors("in", Map.of("input", Sample.random(2, 3)));
    for (String name : List.of("out.csv", "out.npy", "out.safetensors")) {
      Path out = dir.resolve("no/such").resolve(name);
      Cli.Result result = run(SMALL, in, out);
      assertEquals(out + ": no such folder: " + out.getParent(), result.failed(1));
      assertFalse(result.err().contains("model "), result.err());
      Path folder = Files.createDirectory(dir.resolve(name));
      assertTrue(run(SMALL, in, folder).failed(1).contains("found a folder"));
    }
  }

  @Test
  void whatIsReadIsNotReplaced() throws IOException {
    Path in = safetensors("in", Map.of("input", Sample.random(2, 3)));
    byte[] before = Files.readAllBytes(in);
    assertTrue(run(SMALL, in, in).failed(2).contains("is what --input reads"));
    assertArrayEquals(before, Files.readAllBytes(in));
    Path model = Sample.model(dir, SMALL);
    assertTrue(run(SMALL, in, model).failed(2).contains("is what --model reads"));
  }

  @Test
  void wrongUsageIsExitCode2() throws IOException {
    Path in = safetensors("in", Map.of("input", Sample.random(2, 3)));
    assertTrue(run(SMALL, in, dir.resolve("out.xyz")).failed(2).contains("--output-format"));
    assertTrue(Cli.run("run", "-m", "x").failed(2).contains("--input"));
    Path out = dir.resolve("out.npy");
    assertTrue(run(SMALL, in, out, "--input-format=xml").failed(2).contains("CSV"));
    String message = run(SMALL, in, out, "--cpu-variant=avx2").failed(2);
    assertTrue(message.contains("--cpu-variant") && message.contains("JAVA"), message);
    assertTrue(run(SMALL, in, out, "--schedule=packed").failed(2).contains("schedule"));
    assertTrue(run(SMALL, in, out, "--threads=0").failed(2).startsWith("--threads: "));
    run(SMALL, in, out, "--output-format=safetensors", "--threads=2").succeeded();
    assertEquals('{', (char) Files.readAllBytes(out)[8]);
  }

  @Test
  void aPrefixThatIsNotThere() throws IOException {
    Path in = safetensors("in", Map.of("input", Sample.random(2, 3)));
    String message = run(SMALL, in, dir.resolve("out.npy"), "--prefix=encoder").failed(1);
    assertTrue(message.contains("encoder"), message);
  }
}
