package io.github.lstm4j.cli.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lstm4j.Tensor;
import io.github.lstm4j.cli.common.Numbers;
import io.github.lstm4j.cli.common.Text;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingDataTest {
  @TempDir Path dir;

  private Path file(String text) throws IOException {
    return Files.writeString(dir.resolve("data"), text);
  }

  private String refusal(String expected, Executable reading) {
    String message = assertThrows(IOException.class, reading::run).getMessage();
    assertEquals(expected, message.replace(dir.resolve("data").toString(), "data"));
    return message;
  }

  private interface Executable {
    void run() throws IOException;
  }

  @Test
  void textsWithLabels() throws IOException {
    LabelledTexts data = LabelledTexts.read(file("en\tab c\n\n fr \tç\td\n"), TokenKind.CHARACTERS);
    assertEquals(List.of("en", "fr"), data.labels());
    assertEquals(List.of(List.of("a", "b", " ", "c"), List.of("ç", "\t", "d")), data.texts());
    for (String bad : List.of("en ab", "\tab", "en\t ", "en")) {
      Path file = file("x\ty\n" + bad + "\n");
      refusal(
          "data: line 2: expected label TAB text, found " + Text.quote(bad),
          () -> LabelledTexts.read(file, TokenKind.WORDS));
    }
  }

  @Test
  void sequencesWithLabels() throws IOException {
    TaggedSequences data = TaggedSequences.read(file("\n\n中\tB\n国\tE\n \n\nthe\tO\r\n\n"));
    assertEquals(List.of(List.of("中", "国"), List.of("the")), data.tokens());
    assertEquals(List.of(List.of("B", "E"), List.of("O")), data.labels());
    assertEquals(TokenKind.WORDS, data.kind());
    assertEquals(TokenKind.CHARACTERS, TaggedSequences.read(file("中\tB\n𝄞\tE\n")).kind());
    for (String bad : List.of("a B", "a\tB\tC", "\tB", "a\t")) {
      Path file = file("x\ty\n\n" + bad);
      refusal(
          "data: line 3: expected token TAB label, or an empty line, found " + Text.quote(bad),
          () -> TaggedSequences.read(file));
    }
    assertEquals("'a\\tB'", Text.quote("a\tB"));
    Path file = file("x\ty\nNew York\tB-LOC\n");
    refusal(
        "data: line 2: expected a token without blanks, where predict would split it, found"
            + " 'New York\\tB-LOC'",
        () -> TaggedSequences.read(file));
  }

  private static Series series(String csv, String... columns) throws IOException {
    return SeriesReader.read(bytes(csv), "data", List.of(columns), false);
  }

  private static ByteArrayInputStream bytes(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void seriesWithNamedColumns() throws IOException {
    String csv = "month,load,note,temp\nJan,1,x,-2.5\n\nFeb,2,y,3e1\n";
    Series all = series(csv);
    assertEquals(List.of("load", "temp"), all.columns());
    assertEquals(List.of("Jan", "Feb"), all.times());
    assertArrayEquals(new double[] {2, 30}, all.values()[1]);
    assertEquals("reads load, temp; the time is month; not read: note", all.describe());
    Series some = series(csv, "temp", "load");
    assertArrayEquals(new double[] {30, 2}, some.values()[1]);
  }

  @Test
  void seriesWithoutNames() throws IOException {
    Series series = series("1,10\n2,20\n");
    assertEquals(List.of("1", "2"), series.columns());
    assertEquals(List.of("1", "2"), series.times());
    Series second = series("1990,10\n1991,20\n", "2");
    assertEquals(List.of("1990", "1991"), second.times());
    assertArrayEquals(new double[] {20}, second.values()[1]);
    assertEquals("reads 1, 2", series.describe());
    assertEquals("reads 2; the time is 1", second.describe());
  }

  /** A counter or an amount in cents has more digits than float32 keeps. */
  @Test
  void aSeriesKeepsAllDigits() throws IOException {
    Series series = series("1,16777217\n2,-1e300\n3,0.1\n");
    assertArrayEquals(new double[] {1, 16777217}, series.values()[0]);
    assertArrayEquals(new double[] {2, -1e300}, series.values()[1]);
    assertArrayEquals(new double[] {3, 0.1}, series.values()[2]);
    assertEquals(Optional.empty(), Numbers.parseDouble("1e999"));
    for (String text : List.of("0x1p3", "1f", "1d", "\u00011", "", " ", "x")) {
      assertEquals(Optional.empty(), Numbers.parseDouble(text), text);
      assertEquals(Optional.empty(), Numbers.parse(text), text);
    }
    assertEquals(Optional.of(Double.NaN), Numbers.parseDouble(" NaN "));
    assertEquals(Optional.of(1.5), Numbers.parseDouble(" +1.5 "));
  }

  @Test
  void forecastsHaveTheDigitsThatSaySomething() {
    assertEquals("446.8821", Numbers.format(446.88208127, 1e-4));
    assertEquals("1.00000000123E8", Numbers.format(100000000.123456, 2e-3));
    assertEquals("1.2346E12", Numbers.format(1234567890123.0, 3e8));
    assertEquals("0.0", Numbers.format(1e-9, 1e-6));
    assertEquals("inf", Numbers.format(Double.POSITIVE_INFINITY, 1));
    assertEquals("2.0", Numbers.format(2, Double.POSITIVE_INFINITY));
    Scaling log = new Scaling(true, new double[] {0}, new double[] {0.5});
    assertEquals(1e-4, log.unit(200, 0), 1e-18);
  }

  @Test
  void aBadSeriesIsRefusedWithLineAndColumn() {
    refusal(
        "data: line 4, column 'load': expected a finite number, found 'n/a'",
        () -> series("month,load\nJan,1\n\nFeb,n/a\n"));
    refusal(
        "data: line 2, column '1': expected a finite number, found 'nan'",
        () -> series("1\nnan\n"));
    refusal(
        "data: line 3: expected 2 cells as in the first row, found 1",
        () -> series("month,load\nJan,1\nFeb\n"));
    refusal(
        "data: expected a column 'temp', found 'month', 'load'",
        () -> series("month,load\nJan,1\n", "temp"));
    refusal(
        "data: line 2: expected a number in at least one column, found none in 'Jan,high'",
        () -> series("month,load\nJan,high\n"));
    refusal(
        "data: line 3, column 'load': expected a finite number, found '' (fill the gap, or leave the"
            + " row out)",
        () -> series("month,load\nJan,1\nFeb,\n"));
    refusal(
        "data: line 1: expected cells separated by commas, found 'month;load'",
        () -> series("month;load\nJan;1,5\n"));
    refusal(
        "data: line 1: expected cells separated by commas, found '1\\t2'", () -> series("1\t2\n"));
    refusal("data: two columns are called 'x'", () -> series("x,month,x\n1,Jan,2\n"));
    refusal("data: expected rows of numbers, found none", () -> series("month,load\n"));
    refusal("data: expected rows of numbers, found none", () -> series(""));
  }

  @Test
  void scalingLooksAtTheTrainingRowsAlone() throws IOException {
    Series series = series("a,b\n1,5\n3,5\n1000,5\n");
    Scaling scaling = Scaling.of(series, 2, false);
    assertArrayEquals(new double[] {2, 5}, scaling.mean());
    assertArrayEquals(new double[] {1, 1}, scaling.deviation());
    assertArrayEquals(new float[] {998, 0}, scaling.apply(series)[2]);
    assertEquals(1000, scaling.invert(998, 0));
    assertArrayEquals(
        new double[] {0.1, -3e-300, 1 / 3.0},
        Scaling.ofText(Scaling.toText(new double[] {0.1, -3e-300, 1 / 3.0})));
  }

  @Test
  void logarithmsAreTakenFirst() throws IOException {
    Series series = series("1\n100\n10000\n");
    Scaling scaling = Scaling.of(series, 3, true);
    assertEquals(Math.log(100), scaling.mean()[0], 1e-12);
    // float32 has 24 bits, and exp multiplies the error of its argument, which is below 10.
    assertEquals(10000, scaling.invert(scaling.apply(series)[2][0], 0), 10000 * 10 * 0x1p-23);
    refusal(
        "data: line 2, column '1': expected a number above 0 for --log, found '0'",
        () -> SeriesReader.read(bytes("1\n0\n"), "data", List.of(), true));
  }

  /** The mean of 96 logarithms of 112 differs from each in its last bits. */
  @Test
  void aConstantColumnStaysSmallWhenItMovesLater() throws IOException {
    Series series = series("112\n".repeat(96) + "113\n");
    Scaling scaling = Scaling.of(series, 96, true);
    assertArrayEquals(new double[] {1}, scaling.deviation());
    float[][] scaled = scaling.apply(series);
    assertEquals(0, scaled[95][0], 1e-12);
    assertEquals(Math.log(113 / 112.0), scaled[96][0], 1e-6);
    assertEquals(113, scaling.invert(scaled[96][0], 0), 1e-3);
    // As little as double precision can tell apart is a change.
    double step = Scaling.of(series("1\n1.0000000000000002\n"), 2, false).deviation()[0];
    assertTrue(step > 0 && step < 1e-15, "" + step);
  }

  private static ForecastTask task(int rows, int validation, int window, int horizon)
      throws IOException {
    StringBuilder csv = new StringBuilder();
    for (int row = 0; row < rows; row++) {
      csv.append(row * row).append(',').append(-row).append('\n');
    }
    Series series = series(csv.toString());
    Scaling units = new Scaling(false, new double[2], new double[] {1, 1});
    ForecastSetup setup =
        new ForecastSetup(List.of("1", "2"), List.of("2", "1"), window, horizon, units);
    return new ForecastTask(series, setup, validation, 0);
  }

  @Test
  void whatIsForecastLiesInOnePartAlone() throws IOException {
    ForecastTask task = task(10, 4, 3, 2);
    // Rows 0..5 are for training: windows 0-2 and 1-3, forecasts 3-4 and 4-5.
    assertArrayEquals(new int[] {0, 1}, task.training());
    // Rows 6..9 are for validation: forecasts 6-7, 7-8, 8-9 from the three rows before.
    assertArrayEquals(new int[] {3, 4, 5}, task.validation());
    refusal(
        "expected at least 5 rows for training and 2 for validation (--window, --horizon,"
            + " --validation), found 4 and 6",
        () -> task(10, 6, 3, 2));
    refusal(
        "expected at least 5 rows for training and 2 for validation (--window, --horizon,"
            + " --validation), found 9 and 1",
        () -> task(10, 1, 3, 2));
  }

  @Test
  void windowsAreMeasuredFromTheirLastRow() throws IOException {
    float[][] rows =
        IntStream.range(0, 8).mapToObj(r -> new float[] {r * r, -r}).toArray(float[][]::new);
    Windows windows = new Windows(rows, 3, 2, new int[] {1, 0});
    Batch batch = Batch.of(new int[] {1, 2}, k -> 3);
    float[] inputs = windows.inputs(batch);
    // Windows 1-3 and 2-4; packed: both first rows, both second rows, both last rows.
    assertArrayEquals(new float[] {1 - 9, 2, 4 - 16, 2, 4 - 9, 1, 9 - 16, 1, 0, 0, 0, 0}, inputs);
    assertArrayEquals(
        new float[] {-1, 16 - 9, -2, 25 - 9, -1, 25 - 16, -2, 36 - 16},
        windows.targets(batch).toArray());
    assertEquals(5, windows.row(1, 2));
    assertEquals(1, windows.column(2));
  }

  @Test
  void naiveForecastsKnowNothingOfTheFuture() throws IOException {
    Series series = series("0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n");
    Windows windows = new Windows(new float[10][1], 4, 5, new int[] {0});
    NaiveForecasts naive = new NaiveForecasts(series, windows, 3);
    // The window 1-4; its forecasts are of the rows 5 to 9.
    double[] season = IntStream.range(0, 5).mapToDouble(k -> naive.lastSeason(1, k)).toArray();
    assertArrayEquals(new double[] {2, 3, 4, 2, 3}, season);
    assertEquals(4, naive.lastValue(1, 4));
    assertEquals(9, naive.actual(1, 4));
  }

  @Test
  void onlyTheTrainingTextsAreLearntFrom() throws IOException {
    LabelledTexts texts =
        LabelledTexts.read(file("p\tx\np\ty\nq\tx\nq\tz\nq\tz\n"), TokenKind.CHARACTERS);
    Split split = new Split(new int[] {0, 1, 2}, new int[] {3, 4});
    ClassifyTask task = new ClassifyTask(texts, TokenKind.CHARACTERS, split, 1);
    assertEquals("<unk>\nx\ny", task.metadata().get("vocabulary"));
    String verdict = task.evaluation().verdict().get(0);
    assertTrue(verdict.contains("always answering p"), verdict);
  }

  @Test
  void onlyTheTrainingSequencesAreLearntFrom() throws IOException {
    TaggedSequences sequences = TaggedSequences.read(file("a\tX\n\na\tY\na\tY\nb\tY\n"));
    TagTask task = new TagTask(sequences, new Split(new int[] {0}, new int[] {1}), 1);
    assertEquals("<unk>\na", task.metadata().get("vocabulary"));
    Evaluation evaluation = task.evaluation();
    evaluation.add(Batch.of(task.validation(), task::length), Tensor.allocate(3, 2));
    String verdict = evaluation.verdict().get(0);
    assertTrue(verdict.contains("most frequent label (0.0 %)"), verdict);
  }

  @Test
  void aRandomSplitUsesEveryExampleOnce() throws IOException {
    Split split = Split.random("data", 10, 0.25, 7);
    assertEquals(3, split.validation().length);
    int[] all =
        IntStream.concat(Arrays.stream(split.training()), Arrays.stream(split.validation()))
            .sorted()
            .toArray();
    assertArrayEquals(IntStream.range(0, 10).toArray(), all);
    assertArrayEquals(split.training(), Split.random("data", 10, 0.25, 7).training());
    refusal(
        "data: expected one sequence or more for training and for validation (--validation),"
            + " found 1 and 0",
        () -> Split.random("data", 1, 0.2, 7));
  }
}
