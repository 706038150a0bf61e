package io.github.lstm4j.cli.training;

import io.github.lstm4j.Tensor;
import io.github.lstm4j.cli.common.CsvTensors;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Forecasts against what came, and against forecasts that need no network. */
final class ForecastEvaluation implements Evaluation {
  /** Of a picture that one can still look at. */
  private static final int MOST_PANELS = 8;

  private final Series series;
  private final ForecastSetup setup;
  private final Windows windows;
  private final NaiveForecasts naive;
  private final boolean seasonal;
  private final TreeMap<Integer, double[]> forecasts = new TreeMap<>(); // by first row

  ForecastEvaluation(Series series, ForecastSetup setup, Windows windows, int season) {
    this.series = series;
    this.setup = setup;
    this.windows = windows;
    naive = new NaiveForecasts(series, windows, season);
    seasonal = season > 0;
  }

  @Override
  public void add(Batch batch, Tensor answers) {
    FloatBuffer data = answers.data();
    for (int start : batch.examples()) {
      double[] row = new double[windows.answers()];
      for (int k = 0; k < row.length; k++) {
        row[k] = setup.forecast(windows, start, k, data.get());
      }
      forecasts.put(start, row);
    }
  }

  @Override
  public Map<String, Double> metrics() {
    Map<String, Double> metrics = new LinkedHashMap<>();
    for (String target : setup.targets()) {
      String name = setup.targets().size() == 1 ? "rmse" : "rmse_" + target;
      metrics.put(name, rmse(target, this::ours));
    }
    return metrics;
  }

  private double ours(int start, int answer) {
    return forecasts.get(start)[answer];
  }

  /** Root mean square error over all steps of the horizon. */
  private double rmse(String target, NaiveForecasts.Forecast forecast) {
    int column = setup.columns().indexOf(target);
    double squares = 0;
    long count = 0;
    for (int start : forecasts.keySet()) {
      for (int k = 0; k < windows.answers(); k++) {
        if (windows.column(k) == column) {
          double error = forecast.of(start, k) - naive.actual(start, k);
          squares += error * error;
          count++;
        }
      }
    }
    return Math.sqrt(squares / count);
  }

  @Override
  public void writePredictions(OutputStream out) throws IOException {
    List<String[]> rows = new ArrayList<>();
    rows.add(new String[] {"time", "target", "step", "actual", "predicted"});
    for (int start : forecasts.keySet()) {
      for (int k = 0; k < windows.answers(); k++) {
        rows.add(
            new String[] {
              series.times().get(windows.row(start, k)),
              series.columns().get(windows.column(k)),
              Integer.toString(k / setup.targets().size() + 1),
              Double.toString(naive.actual(start, k)),
              setup.text(windows, k, ours(start, k))
            });
      }
    }
    CsvTensors.writeRows(out, rows);
  }

  @Override
  public List<String> verdict() {
    List<String> lines = new ArrayList<>();
    for (String target : setup.targets()) {
      double error = rmse(target, this::ours);
      lines.add(
          String.format(
              Locale.ROOT,
              "%s: root mean square error %.4g over %,d forecasts; %s%s",
              target,
              error,
              forecasts.size(),
              against("the last value", error, rmse(target, naive::lastValue)),
              seasonal
                  ? "; " + against("the season before", error, rmse(target, naive::lastSeason))
                  : ""));
    }
    return lines;
  }

  private static String against(String rival, double ours, double theirs) {
    return String.format(
        Locale.ROOT,
        "%s repeating %s (%.4g)",
        ours < theirs ? "better than" : "NOT better than",
        rival,
        theirs);
  }

  @Override
  public List<Panel> panels() {
    int first = windows.row(forecasts.firstKey(), 0);
    List<Panel> panels = new ArrayList<>();
    for (int k = 0; k < Math.min(MOST_PANELS, setup.targets().size()); k++) {
      int target = k; // the first answers are those one row ahead
      double[] ahead = forecasts.values().stream().mapToDouble(row -> row[target]).toArray();
      panels.add(Charts.forecast(series, setup.targets().get(target), first, ahead));
    }
    return panels;
  }
}
