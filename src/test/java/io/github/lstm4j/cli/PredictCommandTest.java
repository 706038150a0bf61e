package io.github.lstm4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lstm4j.LstmConfig;
import io.github.lstm4j.Tensor;
import io.github.lstm4j.cli.common.Streams;
import io.github.lstm4j.cli.training.TrainingSample;
import io.github.lstm4j.io.Checkpoint;
import io.github.lstm4j.io.Safetensors;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PredictCommandTest {
  @TempDir Path dir;

  private Path train(String kind, Object... more) throws IOException {
    Path out = dir.resolve("out");
    Cli.run(TrainingSample.train(dir, kind, out, more)).succeeded();
    return out.resolve("model.safetensors");
  }

  private Cli.Result predict(Path model, String input) {
    return Cli.runOn(
        input.getBytes(StandardCharsets.UTF_8), "predict", model, "-", "--backend=java");
  }

  private List<String[]> predictions() throws IOException {
    return Files.readAllLines(dir.resolve("out/predictions.csv")).stream()
        .skip(1)
        .map(line -> line.split(","))
        .toList();
  }

  @Test
  void aForecastIsThatOfTheTraining() throws IOException {
    Path model = train("forecast", "--window=6", "--horizon=2");
    // What the training forecast for t100 and t101, from the rows up to t99.
    List<String> expected =
        predictions().subList(4 * 4, 5 * 4).stream()
            .map(row -> row[2] + "," + row[1] + "," + row[4])
            .toList();
    List<String> lines = Files.readAllLines(dir.resolve("waves.csv")).subList(0, 101);
    String known = String.join("\n", lines);
    List<String> out = predict(model, known).succeeded().out().lines().toList();
    assertEquals("step,target,predicted", out.get(0));
    assertEquals(expected, out.subList(1, 5));
    // Other columns, in any order, do not matter; the file may have just the rows that are read.
    StringBuilder other = new StringBuilder("cosine,x,sine\n");
    for (String line : lines.subList(95, 101)) {
      String[] cells = line.split(",");
      other.append(cells[2]).append(",?,").append(cells[1]).append('\n');
    }
    Path file = Files.writeString(dir.resolve("other.csv"), other);
    Cli.Result again = Cli.run("predict", model, file, "--backend=java").succeeded();
    assertEquals(String.join("\n", out), again.out().strip());
  }

  @Test
  void aForecastNeedsItsRowsAndColumns() throws IOException {
    Path model = train("forecast", "--window=6", "--log");
    String few = "time,sine,cosine\na,1,2\nb,1,2\n";
    assertTrue(predict(model, few).failed(1).contains("at least 6 rows"));
    assertTrue(predict(model, "sine\n1\n").failed(1).contains("'cosine'"));
    String negative = "sine,cosine\n" + "1,2\n".repeat(5) + "-1,2\n";
    assertTrue(predict(model, negative).failed(1).contains("--log"));
  }

  @Test
  void textsGetTheLabelsOfTheTraining() throws IOException {
    Path model = train("classify");
    StringBuilder texts = new StringBuilder();
    StringBuilder expected = new StringBuilder();
    for (String[] row : predictions()) {
      texts.append(row[0]).append("\r\n");
      expected.append(row[2]).append('\t').append(row[3]).append('\n');
    }
    assertEquals(expected.toString(), predict(model, texts.toString()).succeeded().out());
  }

  @Test
  void everyLineHasItsAnswer() throws IOException {
    Path model = train("classify");
    List<String> alone =
        List.of(
            predict(model, "abba").succeeded().out().strip(),
            predict(model, "漢字").succeeded().out().strip());
    String many = "\nabba\n \n漢字\n".repeat(300);
    List<String> lines = predict(model, many).succeeded().out().lines().toList();
    assertEquals(1200, lines.size());
    for (int k = 0; k < 1200; k += 4) {
      assertEquals(List.of("", alone.get(0), "", alone.get(1)), lines.subList(k, k + 4));
    }
    assertEquals("", predict(model, "").succeeded().out());
  }

  /** More tokens than are taken at once, in fewer lines; one line has more by itself. */
  @Test
  void longLinesAreTakenAFewAtATime() throws IOException {
    Path model = train("classify");
    List<String> texts =
        List.of("ab".repeat(12_000), "cd".repeat(12_000), "b".repeat(70_000), "ba");
    StringBuilder alone = new StringBuilder();
    for (String text : texts) {
      alone.append(predict(model, text).succeeded().out());
    }
    String together = String.join("\n", texts) + "\n";
    assertEquals(alone.toString().repeat(3), predict(model, together.repeat(3)).succeeded().out());
  }

  @Test
  void aLineThatNoTensorHoldsIsRefusedByItsNumber() throws IOException {
    String message = predict(train("classify"), "b".repeat(2_000_000)).failed(1);
    assertTrue(message.contains("line 1: expected at most"), message);
    assertTrue(message.endsWith("found 2000000"), message);
  }

  @Test
  void sequencesAreCutIntoWords() throws IOException {
    Path model = train("tag", "--bidirectional", "--epochs=20", "--patience=0");
    assertEquals("Abba Ic\n\nX\n", predict(model, "Ab baIc\n\nX\n").succeeded().out());
  }

  /** Trains on one sequence, again and again, until it is known. */
  private Cli.Result tag(String sequence) throws IOException {
    Path data = Files.writeString(dir.resolve("data.tsv"), (sequence + "\n\n").repeat(20));
    Path out = dir.resolve("out");
    return Cli.run(
            "train", "tag", data, "-o", out, "--backend=java", "--hidden-size=8", "--epochs=30")
        .succeeded();
  }

  @Test
  void textIsUtf8WhateverTheStreamSpeaks() throws IOException {
    tag("中\tB\n国\tE");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream ascii = new PrintStream(bytes, true, StandardCharsets.US_ASCII);
    byte[] in = "中国中国".getBytes(StandardCharsets.UTF_8);
    Streams streams = new Streams(new ByteArrayInputStream(in), ascii, System.err, false);
    Path model = dir.resolve("out/model.safetensors");
    assertEquals(0, Main.execute(streams, "predict", model.toString(), "--backend=java"));
    assertEquals("中国 中国\n", bytes.toString(StandardCharsets.UTF_8));
  }

  @Test
  void otherLabelsAreWrittenBesideTheTokens() throws IOException {
    Cli.Result result = tag("the\tDET\ncat\tNOUN");
    assertTrue(!result.err().contains("f1"), result.err());
    Path model = dir.resolve("out/model.safetensors");
    assertEquals("the/DET cat/NOUN\n", predict(model, "the   cat").succeeded().out());
  }

  /** Separated by blanks, spans of words would look like the text itself. */
  @Test
  void spansOfWordsShowTheirLabels() throws IOException {
    Cli.Result result = tag("New\tB\nYork\tE\nsleeps\tS");
    assertTrue(result.err().contains("tokens (words)"), result.err());
    Path model = dir.resolve("out/model.safetensors");
    assertEquals("New/B York/E sleeps/S\n", predict(model, "New York sleeps").succeeded().out());
  }

  @Test
  void inputThatIsNotText() throws IOException {
    Path model = train("classify");
    Path file = Files.write(dir.resolve("in"), new byte[] {'a', '\n', 'b', '\n', (byte) 0xff});
    Cli.Result result = Cli.run("predict", model, file, "--backend=java");
    assertEquals(1, result.code());
    assertTrue(result.err().contains("in: line 3: expected text in UTF-8"), result.err());
    assertEquals(predict(model, "a\nb\n").succeeded().out(), result.out());
    assertTrue(Cli.run("predict", model, dir).failed(1).contains("found a folder"));
    assertTrue(Cli.run("predict").failed(2).contains("MODEL"));
  }

  @Test
  void aModelOfSomebodyElse() throws IOException {
    Path model = Sample.model(dir, LstmConfig.of(3, 5));
    assertTrue(predict(model, "x").failed(1).contains("lstm4j train"));
    assertTrue(predict(dir.resolve("no"), "x").failed(1).contains("no such file"));
  }

  /** Each row spoils one thing in a good model; the message says what was expected. */
  @ParameterizedTest
  @CsvSource({
    "classify, lstm4j.kind, sing, forecast",
    "classify, lstm4j.kind, forecast, lstm4j.",
    "classify, lstm4j.tokens, bytes, characters",
    "classify, lstm4j.labels, one, label",
    "classify, lstm4j.vocabulary, a, vocabulary",
    "tag, lstm4j.vocabulary, a, vocabulary",
    "forecast, lstm4j.kind, classify, lstm4j.",
    "forecast, lstm4j.window, 0, window",
    "forecast, lstm4j.window, 99999999999, 1 to 999999999",
    "forecast, lstm4j.deviation, '1\n0', above 0",
    "forecast, lstm4j.horizon, 7, sizes",
    "forecast, lstm4j.mean, x, numbers",
    "forecast, lstm4j.mean, 1, mean",
    "forecast, lstm4j.targets, x, targets",
    "forecast, lstm4j.columns, x, mean",
  })
  void aModelWhoseMetadataDoNotFit(String kind, String key, String value, String expected)
      throws IOException {
    Path model = train(kind);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    Map<String, String> metadata;
    try (Safetensors file = Safetensors.open(model)) {
      for (Checkpoint.Entry entry : file.entries()) {
        tensors.put(entry.name(), file.tensor(entry.name()));
      }
      metadata = new LinkedHashMap<>(file.metadata());
    }
    metadata.put(key, value);
    Safetensors.write(model, tensors, metadata);
    String message = predict(model, "sine,cosine\n1,2\n").failed(1);
    assertTrue(message.startsWith(model.toString()), message);
    assertTrue(message.contains(expected), message);
    assertTrue(!message.contains("internal"), message);
  }

  @Test
  void aModelWhoseTensorsDoNotFit() throws IOException {
    Path model = train("classify");
    for (String name : List.of("head.weight", "head.bias", "embedding.weight")) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      Map<String, String> metadata;
      try (Safetensors file = Safetensors.open(model)) {
        for (Checkpoint.Entry entry : file.entries()) {
          tensors.put(entry.name(), file.tensor(entry.name()));
        }
        metadata = file.metadata();
        tensors.put(name, Tensor.allocate(3, 3));
        Safetensors.write(dir.resolve("bad"), tensors, metadata);
      }
      String message = predict(dir.resolve("bad"), "x").failed(1);
      assertTrue(message.contains("expected") && !message.contains("internal"), message);
    }
  }
}
