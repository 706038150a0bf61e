package io.github.lstm4j.cli.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.lstm4j.Backend;
import io.github.lstm4j.LstmOptions;
import io.github.lstm4j.cli.Cli;
import io.github.lstm4j.cli.common.Streams;
import io.github.lstm4j.io.Safetensors;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs that are stopped anywhere, and go on. */
class TrainingLoopTest {
  @TempDir Path dir;

  /** Runs a training with dropout until it ends or is told to stop; says whether it ended. */
  @SuppressWarnings("try") // the lock is there to be held
  private boolean run(String folder, String optimizer, boolean resume, BooleanSupplier stop)
      throws IOException {
    Path data = TrainingSample.texts(dir.resolve("texts.tsv"));
    TrainOptions options =
        TrainingSample.options(
            "--hidden-size=5",
            "--num-layers=2",
            "--dropout=0.4",
            "--bidirectional",
            "--lr-schedule=cosine",
            "--epochs=3",
            "--batch-size=16",
            "--optimizer=" + optimizer,
            resume ? "--resume" : "--seed=0");
    LabelledTexts texts = LabelledTexts.read(data, TokenKind.CHARACTERS);
    Split split = Split.random("texts", texts.labels().size(), 0.2, 0);
    ClassifyTask task = new ClassifyTask(texts, TokenKind.CHARACTERS, split, 1);
    OutputFolder out = new OutputFolder(dir.resolve(folder));
    Streams streams =
        new Streams(null, System.out, new PrintStream(OutputStream.nullOutputStream()), false);
    try (FolderLock lock = out.prepare(resume);
        Network network =
            Network.initialize(
                task.shape(options.layers.toConfig(4)), 0, LstmOptions.of(Backend.JAVA));
        TrainingProgress progress = new TrainingProgress(streams, 3, 96)) {
      RunSettings settings = RunSettings.of(options.command, data, true);
      TrainingLoop loop = new TrainingLoop(task, network, options, out, settings, progress);
      loop.begin();
      return loop.run(stop);
    }
  }

  private byte[] bytes(String folder, String name) throws IOException {
    return Files.readAllBytes(dir.resolve(folder).resolve(name));
  }

  /**
   * 96 texts to learn from make 6 updates an epoch, and 24 others 2 batches of validation: stops
   * within epochs, between them, and before and within validations.
   */
  @ParameterizedTest
  @CsvSource({"adam,2", "adamw,4", "sgd,6", "adam,5", "adamw,7"})
  void stoppedEveryFewBatchesTheBitsAreThoseOfOneRun(String optimizer, int batches)
      throws IOException {
    assertTrue(run("whole", optimizer, false, () -> false));
    int parts = 1;
    for (boolean ended = false; !ended; parts++) {
      int[] left = {batches};
      ended = run("parts", optimizer, parts > 1, () -> left[0]-- == 0);
    }
    assertTrue(parts > 24 / batches, "" + parts);
    assertSameRuns();
  }

  /**
   * Its updates are saved before a slow validation is over; it is made again from the beginning.
   */
  @Test
  void aValidationThatIsStoppedIsMadeAgain() throws IOException {
    assertTrue(run("whole", "adam", false, () -> false));
    int[] left = {6 + 1};
    assertFalse(run("parts", "adam", false, () -> left[0]-- == 0));
    try (Safetensors checkpoint =
        Safetensors.open(dir.resolve("parts").resolve("checkpoint.safetensors"))) {
      TrainingState state = TrainingState.of(dir, checkpoint.metadata());
      assertEquals(0, state.epoch());
      assertEquals(6, state.batch());
    }
    assertFalse(Files.exists(dir.resolve("parts/log.csv")));
    assertFalse(Files.exists(dir.resolve("parts/model.safetensors")));
    assertTrue(run("parts", "adam", true, () -> false));
    assertSameRuns();
  }

  private void assertSameRuns() throws IOException {
    assertArrayEquals(bytes("whole", "model.safetensors"), bytes("parts", "model.safetensors"));
    assertArrayEquals(
        bytes("whole", "checkpoint.safetensors"), bytes("parts", "checkpoint.safetensors"));
    assertEquals(losses("whole"), losses("parts"));
  }

  /** Everything in the log but the learning rate and the seconds. */
  private List<List<String>> losses(String folder) throws IOException {
    return Files.readAllLines(dir.resolve(folder).resolve("log.csv")).stream()
        .map(line -> Arrays.asList(line.split(",")))
        .map(cells -> List.of(cells.get(0), cells.get(1), cells.get(2), cells.get(5)))
        .toList();
  }

  @Test
  void aStateComesBackFromItsText() throws IOException {
    TrainingState state = new TrainingState(3, 7, 0.1 + 0.2, 1L << 40, 2, 1 / 3.0);
    assertEquals(state, TrainingState.of(dir, state.toMetadata()));
    assertEquals(TrainingState.START, TrainingState.of(dir, TrainingState.START.toMetadata()));
    for (Map<String, String> bad :
        List.of(Map.<String, String>of(), Map.of("lstm4j.run.epoch", "x"))) {
      String message =
          assertThrows(IOException.class, () -> TrainingState.of(dir, bad)).getMessage();
      assertTrue(message.contains("expected a checkpoint of lstm4j train"), message);
    }
  }

  /** The bar must not take Ctrl-C away from the program: what draws bars may. */
  @Test
  void atATerminalCtrlCSavesWhileABarIsShown() throws Exception {
    assumeTrue(Cli.hasTerminal(), "no script to make a terminal, or an env that is too old");
    Object[] slow =
        TrainingSample.train(
            dir, "tag", dir.resolve("slow"), "--epochs=1", "--hidden-size=1200", "--batch-size=1");
    Path said = dir.resolve("said");
    Process process = Cli.startAtTerminal(said, slow);
    // The first bar appears after two seconds.
    for (int k = 0; k < 600 && process.isAlive() && !Files.readString(said).contains("%"); k++) {
      Thread.sleep(50);
    }
    process.getOutputStream().write(3);
    process.getOutputStream().flush();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    String text = Files.readString(said);
    assertTrue(text.contains("epoch 1/1"), text);
    assertTrue(text.contains("--resume continues it"), text);
  }

  /** A process that is told to end, as Ctrl-C and kill do, saves first. */
  @Test
  void aProcessThatIsToldToEndCanGoOn() throws Exception {
    Object[] whole =
        TrainingSample.train(dir, "tag", dir.resolve("whole"), "--epochs=200", "--patience=0");
    Object[] parts =
        TrainingSample.train(dir, "tag", dir.resolve("parts"), "--epochs=200", "--patience=0");
    Path log = dir.resolve("parts/log.csv");
    Path checkpoint = dir.resolve("parts/checkpoint.safetensors"); // there before the first epoch
    Process process = Cli.start(dir.resolve("said"), List.of(), parts);
    while (process.isAlive() && !Files.exists(checkpoint)) {
      Thread.sleep(5);
    }
    process.destroy();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    String said = Files.readString(dir.resolve("said"));
    assertTrue(said.contains("--resume continues it"), said);
    boolean stopped = !Files.exists(log) || Files.readAllLines(log).size() < 200;
    assertTrue(stopped, "it was not stopped");
    Object[] resumed = Arrays.copyOf(parts, parts.length + 1);
    resumed[parts.length] = "--resume";
    Cli.run(resumed).succeeded();
    Cli.run(whole).succeeded();
    for (String name : List.of("model.safetensors", "checkpoint.safetensors", "predictions.csv")) {
      assertArrayEquals(bytes("whole", name), bytes("parts", name), name);
    }
  }
}
