package io.github.lstm4j.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lstm4j.cli.training.LabelledTexts;
import io.github.lstm4j.cli.training.TaggedSequences;
import io.github.lstm4j.cli.training.TokenKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The data under examples/ are what its README says. */
class ExamplesTest {
  private static final Path SURNAMES = Path.of("examples/train/surnames.tsv");
  private static final Path SENTENCES = Path.of("examples/train/sentences.tsv");

  @TempDir Path dir;

  /** Trains; returns a metric of the last epoch. */
  private double train(String kind, Path data, String metric, String... more) throws IOException {
    Path out = Files.createTempDirectory(dir, kind).resolve("out");
    List<Object> args = new ArrayList<>(List.of("train", kind, data, "-o", out, "--backend=java"));
    args.addAll(List.of(more));
    Cli.run(args.toArray()).succeeded();
    List<String> log = Files.readAllLines(out.resolve("log.csv"));
    int column = List.of(log.get(0).split(",")).indexOf(metric);
    return Double.parseDouble(log.get(log.size() - 1).split(",")[column]);
  }

  @Test
  void theAirlineForecastBeatsRepeatingTheSeason() throws IOException {
    Path data = Path.of("examples/demo/airline.csv");
    double error =
        train("forecast", data, "rmse", "--log", "--window=12", "--hidden-size=16", "--epochs=40");
    assertTrue(error < 46.08, "" + error); // what repeating the season gives
  }

  @Test
  void everySurnameStandsOnce() throws IOException {
    LabelledTexts names = LabelledTexts.read(SURNAMES, TokenKind.CHARACTERS);
    assertEquals(1122, new HashSet<>(names.texts()).size());
    assertEquals(8, new HashSet<>(names.labels()).size());
    String[] options = {"--hidden-size=16", "--epochs=10", "--bidirectional"};
    // One in eight would be right by chance.
    assertTrue(train("classify", SURNAMES, "accuracy", options) > 0.5);
  }

  @Test
  void theSentencesNeedBothDirections() throws IOException {
    TaggedSequences sentences = TaggedSequences.read(SENTENCES);
    assertEquals(2200, new HashSet<>(sentences.tokens()).size());
    assertEquals(TokenKind.CHARACTERS, sentences.kind());
    String[] one = {"--hidden-size=16", "--epochs=6"};
    String[] both = {"--hidden-size=16", "--epochs=6", "--bidirectional"};
    assertTrue(train("tag", SENTENCES, "f1", one) < 0.95);
    assertTrue(train("tag", SENTENCES, "f1", both) > 0.98);
  }

  @Test
  void theSentencesCanBeMadeAgain() throws Exception {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Path out = dir.resolve("sentences.tsv");
    Process process =
        new ProcessBuilder(
                java.toString(), "-Dfile.encoding=UTF-8", "examples/train/MakeSentences.java")
            .redirectOutput(out.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertEquals(0, process.waitFor());
    assertArrayEquals(Files.readAllBytes(SENTENCES), Files.readAllBytes(out));
  }
}
