package io.github.lstm4j.cli.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.lstm4j.cli.Cli;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a training does not do, and says in words before it writes anything. */
class TrainRefusalTest {
  @TempDir Path dir;

  /** Trains on the data of a kind, into a folder of this name. */
  private Cli.Result train(String kind, String folder, Object... more) throws IOException {
    return Cli.run(TrainingSample.train(dir, kind, dir.resolve(folder), more));
  }

  @Test
  @SuppressWarnings("try") // the lock is there to be held
  void oneRunAtATimeWritesAFolder() throws IOException {
    OutputFolder folder = new OutputFolder(dir.resolve("out"));
    String inUse = dir.resolve("out") + ": another training is writing to it";
    try (FolderLock lock = folder.prepare(false)) {
      assertTrue(train("forecast", "out", "--epochs=1").failed(1).startsWith(inUse));
    }
    train("forecast", "out", "--epochs=1").succeeded();
    try (FolderLock lock = folder.prepare(true)) {
      String refused = train("forecast", "out", "--epochs=2", "--resume").failed(1);
      assertTrue(refused.startsWith(inUse), refused);
    }
    train("forecast", "out", "--epochs=2", "--resume").succeeded();
  }

  @Test
  void anotherTrainingIsNotOverwritten() throws IOException {
    train("tag", "out", "--epochs=1").succeeded();
    Path model = dir.resolve("out/model.safetensors");
    byte[] before = Files.readAllBytes(model);
    String message = train("tag", "out", "--epochs=1").failed(1);
    assertTrue(message.contains("holds a training") && message.contains("--resume"), message);
    assertArrayEquals(before, Files.readAllBytes(model));
  }

  @Test
  void dataOfTheSameNameAreNotOverwritten() throws IOException {
    Path data = TrainingSample.series(dir.resolve("log.csv"));
    byte[] before = Files.readAllBytes(data);
    String message =
        Cli.run("train", "forecast", data, "-o", dir, "--backend=java", "--epochs=1").failed(1);
    assertTrue(message.startsWith(data + ": ") && message.contains("--output"), message);
    assertArrayEquals(before, Files.readAllBytes(data));
    assertFalse(Files.exists(dir.resolve("checkpoint.safetensors")));
  }

  @Test
  void noFileOfSomebodyElseIsOverwritten() throws IOException {
    for (String name : TrainingSample.FILES) {
      Path folder = Files.createTempDirectory(dir, "out");
      Path mine = Files.writeString(folder.resolve(name), "mine");
      String message = train("tag", folder.getFileName().toString(), "--epochs=1").failed(1);
      assertTrue(message.contains("--output"), message);
      assertEquals("mine", Files.readString(mine));
    }
    // Other files do not matter.
    Files.createDirectory(dir.resolve("out"));
    Files.writeString(dir.resolve("out/notes.txt"), "mine");
    train("tag", "out", "--epochs=1").succeeded();
  }

  @Test
  void aFileIsNoFolder() throws IOException {
    Files.writeString(dir.resolve("out"), "mine");
    assertTrue(train("tag", "out").failed(1).contains("expected a folder, found a file"));
    assertEquals("mine", Files.readString(dir.resolve("out")));
    Path link = Files.createSymbolicLink(dir.resolve("link"), dir.resolve("nowhere"));
    assertTrue(train("tag", "link").failed(1).contains("found a link that leads to none"));
    Files.delete(link);
  }

  /** What cannot fit is refused before the folder is made. */
  @Test
  void tooLargeABatchIsRefusedAtOnce() throws IOException {
    Path data = TrainingSample.texts(dir.resolve("texts.tsv"));
    Files.writeString(data, Files.readString(data) + "vowel\t" + "a".repeat(2_000_000) + "\n");
    String message =
        Cli.run("train", "classify", data, "-o", dir.resolve("out"), "--batch-size=2").failed(1);
    assertTrue(message.startsWith("--batch-size: the longest 2 sequences have "), message);
    assertTrue(message.endsWith("; the longest alone has 2,000,000"), message);
    StringBuilder rows = new StringBuilder();
    for (int k = 0; k < 200_000; k++) {
      rows.append(k).append('\n');
    }
    Path series = Files.writeString(dir.resolve("long.csv"), rows);
    message =
        Cli.run(
                "train",
                "forecast",
                series,
                "-o",
                dir.resolve("out"),
                "--window=40000",
                "--batch-size=65536")
            .failed(1);
    assertTrue(message.contains("have 2,621,440,000 elements together"), message);
    assertFalse(Files.exists(dir.resolve("out")));
  }

  @Test
  void resumingWantsTheSameSettingsAndData() throws IOException {
    assertTrue(train("tag", "out", "--resume").failed(1).contains("checkpoint.safetensors"));
    train("tag", "out", "--epochs=1").succeeded();
    String message =
        train("tag", "out", "--epochs=2", "--resume", "--seed=3", "--clip-norm=7").failed(1);
    assertTrue(message.contains("--seed was 0, now it is 3"), message);
    assertTrue(message.contains("--clip-norm was "), message);
    message = train("classify", "out", "--epochs=2", "--resume").failed(1);
    String command = "command was lstm4j train tag, now it is lstm4j train classify";
    assertTrue(message.endsWith(command + " (--output names another folder)"), message);
    Object[] args = TrainingSample.train(dir, "tag", dir.resolve("out"), "--resume");
    Path data = dir.resolve("sequences.tsv");
    Files.writeString(data, Files.readString(data) + "a\tS\n");
    message = Cli.run(args).failed(1);
    assertTrue(message.contains("data (SHA-256) was"), message);
    Path checkpoint = dir.resolve("out/checkpoint.safetensors");
    byte[] bytes = Files.readAllBytes(checkpoint);
    Files.write(checkpoint, Files.readAllBytes(dir.resolve("out/model.safetensors")));
    message = train("tag", "out", "--epochs=2", "--resume").failed(1);
    assertTrue(message.endsWith("is not the checkpoint of a train command"), message);
    Files.write(checkpoint, bytes);
    Files.delete(dir.resolve("out/model.safetensors"));
    message = train("tag", "out", "--epochs=2", "--resume").failed(1);
    assertTrue(message.contains("model of the best epoch"), message);
  }

  @Test
  void whatAForecastCannotBe() throws IOException {
    assertTrue(train("forecast", "out", "--target=tide").failed(2).contains("tide"));
    assertTrue(train("forecast", "out", "--target=sine,sine").failed(2).contains("once"));
    assertTrue(train("forecast", "out", "--columns=tide").failed(1).contains("tide"));
    assertTrue(train("forecast", "out", "--window=0").failed(2).contains("--window"));
    assertTrue(train("forecast", "out", "--window=2000000000").failed(1).contains("rows"));
    assertTrue(train("forecast", "out", "--season=25").failed(2).contains("--window"));
    assertTrue(train("forecast", "out", "--columns=time").failed(1).contains("'t0'"));
    assertFalse(Files.exists(dir.resolve("out")));
  }

  @Test
  void dataThatCannotBeReadTwiceIsRefused() throws Exception {
    Path pipe = dir.resolve("pipe");
    assumeTrue(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0);
    for (String kind : List.of("forecast", "classify", "tag")) {
      assertEquals(
          pipe + ": expected a regular file, found a pipe or device",
          Cli.run("train", kind, pipe).failed(1));
    }
  }

  @Test
  void badDataIsRefusedWithItsLine() throws IOException {
    Path bad = Files.writeString(dir.resolve("bad.tsv"), "a\tB\n\nnonsense\n");
    String message = Cli.run("train", "tag", bad, "-o", dir.resolve("out")).failed(1);
    assertTrue(message.contains("line 3") && message.contains("'nonsense'"), message);
    assertTrue(Cli.run("train", "classify", dir.resolve("no")).failed(1).contains("no such file"));
    assertTrue(Cli.run("train", "classify", dir).failed(1).contains("found a folder"));
    Path empty = Files.writeString(dir.resolve("empty"), "\n");
    assertTrue(Cli.run("train", "classify", empty).failed(1).contains("found 0 and 0"));
    assertTrue(Cli.run("train").err().contains("forecast"));
    assertEquals(2, Cli.run("train").code());
  }

  @Test
  void aSystemThatCannotDrawIsSaidSo() {
    Panel broken =
        (graphics, width, height) -> {
          throw new UnsatisfiedLinkError("libfreetype.so.6");
        };
    Path plot = dir.resolve("plot.png");
    IOException e =
        assertThrows(IOException.class, () -> PlotFile.write(plot, () -> List.of(broken)));
    assertTrue(e.getMessage().contains("libfreetype.so.6"), e.getMessage());
    assertTrue(e.getMessage().contains("font"), e.getMessage());
    assertFalse(Files.exists(plot));
  }
}
