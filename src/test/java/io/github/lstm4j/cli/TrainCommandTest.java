package io.github.lstm4j.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lstm4j.LstmConfig;
import io.github.lstm4j.Tensor;
import io.github.lstm4j.cli.training.TrainingSample;
import io.github.lstm4j.io.Checkpoint;
import io.github.lstm4j.io.LoadOptions;
import io.github.lstm4j.io.LstmFiles;
import io.github.lstm4j.io.Safetensors;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainCommandTest {
  @TempDir Path dir;

  /** Trains on the data of a kind, into a folder of this name. */
  private Cli.Result train(String kind, String folder, Object... more) throws IOException {
    return Cli.run(TrainingSample.train(dir, kind, dir.resolve(folder), more));
  }

  private byte[] bytes(String folder, String name) throws IOException {
    return Files.readAllBytes(dir.resolve(folder).resolve(name));
  }

  private List<String[]> rows(String folder, String name) throws IOException {
    List<String> lines = Files.readAllLines(dir.resolve(folder).resolve(name));
    return lines.stream().skip(1).map(line -> line.split(",")).toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"forecast", "classify", "tag"})
  void theLossFallsAndEveryFileIsThere(String kind) throws IOException {
    Cli.Result result = train(kind, "out", "--epochs=4").succeeded();
    assertEquals("", result.out());
    List<String[]> log = rows("out", "log.csv");
    assertEquals(4, log.size());
    double first = Double.parseDouble(log.get(0)[1]);
    double last = Double.parseDouble(log.get(3)[1]);
    assertTrue(last < 0.7 * first, first + " to " + last);
    assertEquals(4, result.err().lines().filter(line -> line.startsWith("epoch ")).count());
    assertTrue(result.err().contains("better than"), result.err());
    try (var files = Files.list(dir.resolve("out"))) {
      assertEquals(
          TrainingSample.FILES, files.map(f -> f.getFileName().toString()).sorted().toList());
    }
    BufferedImage plot = ImageIO.read(dir.resolve("out/plot.png").toFile());
    assertEquals(1000, plot.getWidth());
    int panels = kind.equals("classify") ? 2 : 3; // two series, or examples beside the matrix
    assertEquals(panels * 480, plot.getHeight());
  }

  @ParameterizedTest
  @ValueSource(strings = {"forecast", "classify", "tag"})
  void aResumedRunIsTheRunThatNeverStopped(String kind) throws IOException {
    train(kind, "whole", "--epochs=4").succeeded();
    train(kind, "parts", "--epochs=2").succeeded();
    train(kind, "parts", "--epochs=4", "--resume").succeeded();
    for (String name : List.of("model.safetensors", "checkpoint.safetensors", "predictions.csv")) {
      assertArrayEquals(bytes("whole", name), bytes("parts", name), name);
    }
    List<String[]> log = rows("parts", "log.csv");
    assertEquals(4, log.size());
    for (int k = 0; k < 4; k++) {
      String[] expected = rows("whole", "log.csv").get(k);
      expected[4] = log.get(k)[4]; // the seconds
      assertArrayEquals(expected, log.get(k));
    }
  }

  @Test
  void theModelIsThatOfTheBestEpoch() throws IOException {
    // A rate that makes the loss jump up and down.
    train("forecast", "out", "--epochs=13", "--patience=0", "--learning-rate=1").succeeded();
    List<String[]> log = rows("out", "log.csv");
    double best = log.stream().mapToDouble(row -> Double.parseDouble(row[2])).min().orElseThrow();
    int epoch = 1;
    while (Double.parseDouble(log.get(epoch - 1)[2]) != best) {
      epoch++;
    }
    assertTrue(epoch < 13, "the last epoch is the best");
    train("forecast", "short", "--epochs=" + epoch, "--patience=0", "--learning-rate=1")
        .succeeded();
    assertArrayEquals(bytes("short", "model.safetensors"), bytes("out", "model.safetensors"));
    assertArrayEquals(bytes("short", "predictions.csv"), bytes("out", "predictions.csv"));
  }

  @Test
  void patienceEndsATraining() throws IOException {
    Cli.Result result =
        train("classify", "out", "--epochs=500", "--patience=2", "--learning-rate=0").succeeded();
    // Nothing is learnt, so the first epoch stays the best.
    assertEquals(3, rows("out", "log.csv").size());
    assertTrue(result.err().contains("epoch 1 of 3"), result.err());
  }

  @Test
  void theModelLoadsByName() throws IOException {
    train("classify", "out", "--epochs=1", "--bidirectional", "--embedding-size=5").succeeded();
    Path model = dir.resolve("out/model.safetensors");
    LstmConfig config = LstmFiles.load(model, LoadOptions.defaults().withPrefix("lstm")).config();
    assertEquals(LstmConfig.of(5, 8).withBidirectional(true), config);
    try (Safetensors file = Safetensors.open(model)) {
      assertArrayEquals(new int[] {2, 16}, file.tensor("head.weight").shape());
      Map<String, String> metadata = file.metadata();
      assertEquals("consonant\nvowel", metadata.get("lstm4j.labels"));
      int tokens = metadata.get("lstm4j.vocabulary").split("\n").length;
      assertEquals(tokens, file.tensor("embedding.weight").dim(0));
      assertEquals("classify", metadata.get("lstm4j.kind"));
    }
  }

  @Test
  void aLossThatIsNotANumberStopsAndKeepsTheLastCheckpoint() throws IOException {
    train("forecast", "out", "--epochs=2", "--optimizer=sgd").succeeded();
    byte[] checkpoint = bytes("out", "checkpoint.safetensors");
    byte[] model = bytes("out", "model.safetensors");
    train("forecast", "wild", "--optimizer=sgd", "--learning-rate=1e37", "--clip-norm=0").failed(1);
    assertTrue(Files.exists(dir.resolve("wild/checkpoint.safetensors")));
    assertFalse(Files.exists(dir.resolve("wild/model.safetensors")));
    String message =
        train(
                "forecast",
                "wild",
                "--optimizer=sgd",
                "--learning-rate=1e37",
                "--clip-norm=0",
                "--resume")
            .failed(1);
    assertTrue(message.contains("epoch 1, batch ") && message.contains("nan"), message);
    assertTrue(message.contains("--learning-rate"), message);
    assertArrayEquals(checkpoint, bytes("out", "checkpoint.safetensors"));
    assertArrayEquals(model, bytes("out", "model.safetensors"));
  }

  /** Killed between the two, a run leaves the model of an epoch that the checkpoint lacks. */
  @Test
  void aModelThatTheCheckpointDoesNotKnowIsNotTakenForAnother() throws IOException {
    train("forecast", "whole", "--epochs=3").succeeded();
    train("forecast", "out", "--epochs=2").succeeded();
    Path model = dir.resolve("out/model.safetensors");
    byte[] second = Files.readAllBytes(model);
    Files.write(model, bytes("whole", "model.safetensors"));
    Cli.Result result = train("forecast", "out", "--epochs=2", "--resume").succeeded();
    assertTrue(result.err().contains("best     epoch 3 of 2"), result.err());
    train("forecast", "out", "--epochs=3", "--resume").succeeded();
    for (String name : List.of("model.safetensors", "checkpoint.safetensors", "predictions.csv")) {
      assertArrayEquals(bytes("whole", name), bytes("out", name), name);
    }
    Files.write(model, second);
    String message = train("forecast", "out", "--epochs=4", "--resume").failed(1);
    assertTrue(message.endsWith("expected the model of epoch 3, found that of epoch 2"), message);
  }

  /** Goes on, as numbers are as good; but they are not those of one run to the last bit. */
  @Test
  void anotherBackendThanBeforeIsNamed() throws IOException {
    train("forecast", "out", "--epochs=1").succeeded();
    Cli.Result same = train("forecast", "out", "--epochs=2", "--resume").succeeded();
    assertFalse(same.err().contains("begun by"), same.err());
    Path checkpoint = dir.resolve("out/checkpoint.safetensors");
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    Map<String, String> metadata;
    try (Safetensors file = Safetensors.open(checkpoint)) {
      for (Checkpoint.Entry entry : file.entries()) {
        tensors.put(entry.name(), file.tensor(entry.name()));
      }
      metadata = new LinkedHashMap<>(file.metadata());
    }
    metadata.replace("lstm4j.run.backend", "NATIVE avx1024");
    Safetensors.write(checkpoint, tensors, metadata);
    Cli.Result other = train("forecast", "out", "--epochs=3", "--resume").succeeded();
    assertTrue(other.err().contains("begun by NATIVE avx1024"), other.err());
  }

  @Test
  void whatKilledRunsLeftIsDeleted() throws IOException {
    train("forecast", "out", "--epochs=1").succeeded();
    String name = String.format(".lstm4j-%08x-left", "model.safetensors".hashCode());
    Path left = Files.writeString(dir.resolve("out").resolve(name), "a part");
    Path other = Files.writeString(dir.resolve("out/.lstm4j-00000000-other"), "another's");
    train("forecast", "out", "--epochs=2", "--resume").succeeded();
    assertFalse(Files.exists(left));
    assertTrue(Files.exists(other));
  }

  /** What is small beside the level is neither lost on reading nor on writing. */
  @Test
  void aLargeLevelHidesNothing() throws IOException {
    StringBuilder csv = new StringBuilder("time,\"cents, all\",x\n");
    for (int t = 0; t < 120; t++) {
      double phase = 2 * Math.PI * t / 12;
      csv.append(String.format(Locale.ROOT, "t%d,%.4f,0\n", t, 1e9 + Math.sin(phase)));
    }
    Path data = Files.writeString(dir.resolve("cents.csv"), csv);
    Path out = dir.resolve("out");
    Cli.run(
            "train",
            "forecast",
            data,
            "-o",
            out,
            "--backend=java",
            "--columns=\"cents, all\"",
            "--epochs=20")
        .succeeded();
    List<String> predictions = Files.readAllLines(out.resolve("predictions.csv"));
    double squares = 0;
    for (String line : predictions.subList(1, predictions.size())) {
      String[] cells = line.split(",");
      int n = cells.length; // the name has a comma
      double actual = Double.parseDouble(cells[n - 2]);
      int t = Integer.parseInt(cells[0].substring(1));
      assertEquals(1e9 + Math.sin(2 * Math.PI * t / 12), actual, 1e-4);
      squares += Math.pow(Double.parseDouble(cells[n - 1]) - actual, 2);
    }
    assertTrue(Math.sqrt(squares / (predictions.size() - 1)) < 0.2, predictions.toString());
  }

  @Test
  void aScheduleThatEndsWithTheEpochsKeepsTheirNumber() throws IOException {
    train("tag", "out", "--epochs=2", "--lr-schedule=cosine").succeeded();
    String message =
        train("tag", "out", "--epochs=3", "--lr-schedule=cosine", "--resume").failed(1);
    assertTrue(message.contains("--epochs was 2, now it is 3"), message);
    train("tag", "constant", "--epochs=2").succeeded();
    message = train("tag", "constant", "--epochs=2", "--lr-schedule=cosine", "--resume").failed(1);
    assertTrue(message.contains("--epochs was not fixed, now it is 2"), message);
    List<String[]> log = rows("out", "log.csv");
    assertTrue(Double.parseDouble(log.get(0)[3]) > 2 * Double.parseDouble(log.get(1)[3]));
  }

  @Test
  void columnsAreScaledByTheTrainingRows() throws IOException {
    Path data = dir.resolve("jump.csv");
    Files.writeString(data, "1\n3\n".repeat(8) + "1000\n".repeat(4));
    Path out = dir.resolve("out");
    Cli.run("train", "forecast", data, "-o", out, "--backend=java", "--epochs=1", "--window=2")
        .succeeded();
    try (Safetensors file = Safetensors.open(out.resolve("model.safetensors"))) {
      assertEquals("2.0", file.metadata().get("lstm4j.mean"));
      assertEquals("1.0", file.metadata().get("lstm4j.deviation"));
    }
  }

  @Test
  void severalColumnsAndSteps() throws IOException {
    train("forecast", "out", "--epochs=2", "--horizon=3", "--window=6", "--season=6").succeeded();
    List<String[]> rows = rows("out", "predictions.csv");
    // 24 rows for validation hold 22 forecasts of 3 steps of 2 columns.
    assertEquals(22 * 3 * 2, rows.size());
    assertArrayEquals(
        new String[] {"t96", "sine", "1"},
        new String[] {rows.get(0)[0], rows.get(0)[1], rows.get(0)[2]});
    assertArrayEquals(
        new String[] {"t98", "cosine", "3"},
        new String[] {rows.get(5)[0], rows.get(5)[1], rows.get(5)[2]});
    assertEquals("5.0", rows.get(0)[3]);
    assertTrue(
        Files.readAllLines(dir.resolve("out/log.csv")).get(0).endsWith("rmse_sine,rmse_cosine"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--hidden-size=0",
        "--num-layers=0",
        "--dropout=1",
        "--dropout=0.5",
        "--batch-size=0",
        "--epochs=0",
        "--patience=-1",
        "--learning-rate=-1",
        "--learning-rate=nan",
        "--weight-decay=infinity",
        "--clip-norm=-1",
        "--validation=0",
        "--validation=1",
        "--optimizer=newton",
        "--lr-schedule=never",
        "--threads=0",
        "--embedding-size=0",
        "--min-count=0"
      })
  void anOptionOutsideItsRangeIsWrongUsage(String option) throws IOException {
    String name = option.substring(2, option.indexOf('='));
    Path data = TrainingSample.data(dir, "classify");
    String message = Cli.run("train", "classify", data, "-o", dir.resolve("out"), option).failed(2);
    assertTrue(message.contains(name.split("-")[0]), message);
    assertFalse(Files.exists(dir.resolve("out")));
  }

  @Test
  void aJavaWithoutAwtTrainsAllTheSame() throws Exception {
    List<String> noDesktop =
        List.of("--limit-modules", "java.base,java.logging,java.management,jdk.unsupported");
    Path said = dir.resolve("said");
    Object[] args = TrainingSample.train(dir, "tag", dir.resolve("out"));
    assertEquals(1, Cli.start(said, noDesktop, args).waitFor());
    String text = Files.readString(said);
    assertTrue(text.contains("plot.png: this Java cannot draw"), text);
    assertTrue(Files.exists(dir.resolve("out/predictions.csv")), text);
    assertFalse(Files.exists(dir.resolve("out/plot.png")), text);
    // Where it can be drawn, the rest follows.
    Cli.run(TrainingSample.train(dir, "tag", dir.resolve("out"), "--resume")).succeeded();
    assertTrue(Files.exists(dir.resolve("out/plot.png")));
  }
}
