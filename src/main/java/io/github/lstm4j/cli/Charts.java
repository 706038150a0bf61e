package io.github.lstm4j.cli;

import java.awt.BasicStroke;
import java.awt.Color;
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
    double[] actual = Arrays.stream(series.values()).mapToDouble(row -> row[column]).toArray();
    double[] times = IntStream.range(first, first + forecasts.length).asDoubleStream().toArray();
    XYChart chart = lines(target + ", forecast one row ahead", "time", target);
    chart.getStyler().setXAxisTickLabelsFormattingFunction(row -> time(series, row));
    add(chart, "actual", BLUE, rows, actual);
    add(chart, "forecast", ORANGE, times, forecasts);
    return chart::paint;
  }

  private static String time(Series series, double row) {
    boolean known = row >= 0 && row < series.rows() && row == Math.rint(row);
    return known ? series.times().get((int) row) : "";
  }

  /**
   * How often each label was predicted for each actual one; nothing if there are too many to be
   * read.
   */
  static List<Panel> confusion(ConfusionMatrix matrix) {
    List<String> labels = matrix.labels().entries();
    if (labels.size() > MOST_LABELS) {
      return List.of();
    }
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
    chart.getStyler().setXAxisLabelRotation(labels.size() <= MOST_NUMBERS ? 0 : 90);
    chart.getStyler().setXAxisTickMarkSpacingHint(LABEL_HEIGHT); // of both axes
    style(chart);
    List<Number[]> cells = new ArrayList<>();
    for (int predicted = 0; predicted < labels.size(); predicted++) {
      for (int actual = 0; actual < labels.size(); actual++) {
        cells.add(new Number[] {predicted, actual, matrix.count(actual, predicted)});
      }
    }
    chart.addSeries("texts", labels, labels, cells);
    return List.of(chart::paint);
  }

  private static XYChart lines(String title, String x, String y) {
    XYChart chart =
        new XYChartBuilder().width(1).height(1).title(title).xAxisTitle(x).yAxisTitle(y).build();
    style(chart);
    return chart;
  }

  private static void add(XYChart chart, String name, Color colour, double[] x, double[] y) {
    XYSeries series = chart.addSeries(name, x, y);
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
