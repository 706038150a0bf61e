package io.github.lstm4j.cli.training;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.knowm.xchart.HeatMapChart;
import org.knowm.xchart.HeatMapChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The charts of a training, drawn by XChart. */
final class Charts {
  private static final Color BLUE = new Color(0x1f5fa8);
  private static final Color ORANGE = new Color(0xd9701f);
  private static final Color GREY = new Color(0xe4e4e4);

  /** Labels up to which the numbers in a matrix can be read. */
  private static final int MOST_NUMBERS = 16;

  private static final int MOST_LABELS = 64;

  /** Pixels that a label takes; with the usual, larger number some are left out. */
  private static final int LABEL_HEIGHT = 16;

  /** Pixels of a row of a matrix, and of what is above and below them all. */
  private static final int ROW_HEIGHT = 22;

  private static final int MATRIX_FRAME = 120;

  /** Pixels of a usual character, and of all columns of a matrix together. */
  private static final int CHARACTER_WIDTH = 7;

  private static final int COLUMNS_WIDTH = 700;

  /** Characters of a label. */
  private static final int MOST_CHARACTERS = 24;

  /** Characters of a time on an axis. XChart looks for room for longer ones, without end. */
  private static final int MOST_TIME_CHARACTERS = 19;

  /** Points of a line: some for each pixel. XChart's time grows with their square. */
  private static final int MOST_POINTS = 4000;

  private Charts() {}

  /** The two losses over the epochs. */
  static Panel losses(List<EpochLog.Row> rows, TrainingState state) {
    double[] epochs = rows.stream().mapToDouble(EpochLog.Row::epoch).toArray();
    XYChart chart = lines("Loss (best in epoch " + state.bestEpoch() + ")", "epoch", "mean loss");
    add(
        chart,
        "training",
        BLUE,
        epochs,
        rows.stream().mapToDouble(EpochLog.Row::trainingLoss).toArray());
    add(
        chart,
        "validation",
        ORANGE,
        epochs,
        rows.stream().mapToDouble(EpochLog.Row::validationLoss).toArray());
    return chart::paint;
  }

  /**
   * A series and its forecasts.
   *
   * @param target the column
   * @param first the row of the first forecast
   * @param forecasts one per row from there
   */
  static Panel forecast(Series series, String target, int first, double[] forecasts) {
    int column = series.columns().indexOf(target);
    double[] rows = IntStream.range(0, series.rows()).asDoubleStream().toArray();
    // XChart takes the room between equally spaced points for larger than it is: labels overlap.
    rows[0] -= 0.001;
    double[] actual = Arrays.stream(series.values()).mapToDouble(row -> row[column]).toArray();
    double[] times = IntStream.range(first, first + forecasts.length).asDoubleStream().toArray();
    XYChart chart = lines(target + ", forecast one row ahead", "time", target);
    List<String> called = axisTimes(series);
    chart
        .getStyler()
        .setXAxisTickLabelsFormattingFunction(
            row ->
                row >= 0 && row < called.size() && row == Math.rint(row)
                    ? called.get(row.intValue())
                    : number(row)); // on the axis only if there are fewer rows than labels
    add(chart, "actual", BLUE, rows, actual);
    add(chart, "forecast", ORANGE, times, forecasts);
    return chart::paint;
  }

  /** What the rows are called, short; their numbers if the first is then called as the last. */
  private static List<String> axisTimes(Series series) {
    List<String> times =
        series.times().stream()
            .map(t -> t.length() <= MOST_TIME_CHARACTERS ? t : t.substring(0, MOST_TIME_CHARACTERS))
            .toList();
    return times.get(0).equals(times.get(times.size() - 1))
        ? IntStream.rangeClosed(1, times.size()).mapToObj(Integer::toString).toList()
        : times;
  }

  /** With at most 15 characters. */
  private static String number(double value) {
    String text = Float.toString((float) value);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }

  /**
   * How often each label was predicted for each actual one; nothing if there are too many to be
   * read.
   */
  static List<Panel> confusion(ConfusionMatrix matrix) {
    if (matrix.labels().size() > MOST_LABELS) {
      return List.of();
    }
    List<String> labels = shortened(matrix.labels().entries());
    HeatMapChart chart =
        new HeatMapChartBuilder()
            .title("Confusion matrix")
            .xAxisTitle("predicted")
            .yAxisTitle("actual")
            .build();
    chart
        .getStyler()
        .setShowValue(labels.size() <= MOST_NUMBERS)
        .setHeatMapValueDecimalPattern("0");
    chart.getStyler().setRangeColors(new Color[] {Color.WHITE, BLUE});
    chart.getStyler().setMin(0);
    int longest = labels.stream().mapToInt(String::length).max().orElse(0);
    boolean fit = longest * CHARACTER_WIDTH * labels.size() <= COLUMNS_WIDTH;
    chart.getStyler().setXAxisLabelRotation(fit ? 0 : 90);
    chart.getStyler().setXAxisTickMarkSpacingHint(LABEL_HEIGHT); // of both axes
    style(chart);
    List<Number[]> cells = new ArrayList<>();
    for (int predicted = 0; predicted < labels.size(); predicted++) {
      for (int actual = 0; actual < labels.size(); actual++) {
        cells.add(new Number[] {predicted, actual, matrix.count(actual, predicted)});
      }
    }
    chart.addSeries("texts", labels, labels, cells);
    int height = MATRIX_FRAME + labels.size() * ROW_HEIGHT + (fit ? 0 : longest * CHARACTER_WIDTH);
    return List.of(tall(chart, height));
  }

  private static Panel tall(Chart<?, ?> chart, int height) {
    return new Panel() {
      @Override
      public void paint(Graphics2D graphics, int width, int height) {
        chart.paint(graphics, width, height);
      }

      @Override
      public int height() {
        return Math.max(Panel.super.height(), height);
      }
    };
  }

  /** Short enough to be drawn, unless some would then look the same. */
  private static List<String> shortened(List<String> labels) {
    List<String> shorter =
        labels.stream()
            .map(s -> s.length() <= MOST_CHARACTERS ? s : s.substring(0, MOST_CHARACTERS) + "...")
            .toList();
    return shorter.stream().distinct().count() == labels.size() ? shorter : labels;
  }

  /**
   * Indices of points that look the same when drawn: the lowest and the highest of each of as many
   * stretches as can be told apart; all of them if they are few.
   */
  static int[] drawn(double[] y) {
    if (y.length <= MOST_POINTS) {
      return IntStream.range(0, y.length).toArray();
    }
    int stretches = MOST_POINTS / 2;
    return IntStream.range(0, stretches)
        .flatMap(
            k -> {
              int from = (int) ((long) y.length * k / stretches);
              int to = (int) ((long) y.length * (k + 1) / stretches);
              int low = from;
              int high = from;
              for (int i = from; i < to; i++) {
                low = y[i] < y[low] ? i : low;
                high = y[i] > y[high] ? i : high;
              }
              return IntStream.of(Math.min(low, high), Math.max(low, high)).distinct();
            })
        .toArray();
  }

  private static XYChart lines(String title, String x, String y) {
    XYChart chart =
        new XYChartBuilder().width(1).height(1).title(title).xAxisTitle(x).yAxisTitle(y).build();
    chart.getStyler().setYAxisTickLabelsFormattingFunction(Charts::number);
    style(chart);
    return chart;
  }

  private static void add(XYChart chart, String name, Color colour, double[] x, double[] y) {
    int[] drawn = drawn(y);
    XYSeries series =
        chart.addSeries(
            name,
            IntStream.of(drawn).mapToDouble(k -> x[k]).toArray(),
            IntStream.of(drawn).mapToDouble(k -> y[k]).toArray());
    series.setLineColor(colour).setLineStyle(new BasicStroke(1.6f));
    series.setMarkerColor(colour);
    series.setMarker(x.length == 1 ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
  }

  private static void style(Chart<?, ?> chart) {
    chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setLegendBorderColor(Color.WHITE);
    chart.getStyler().setPlotBorderVisible(false);
    ((AxesChartStyler) chart.getStyler())
        .setPlotGridLinesColor(GREY)
        .setPlotGridLinesStroke(new BasicStroke(1));
  }
}
