package io.github.lstm4j.cli;

import io.github.lstm4j.cli.training.ForecastSetup;
import io.github.lstm4j.cli.training.ForecastTask;
import io.github.lstm4j.cli.training.Scaling;
import io.github.lstm4j.cli.training.Series;
import io.github.lstm4j.cli.training.SeriesReader;
import io.github.lstm4j.cli.training.TrainOptions;
import io.github.lstm4j.internal.files.LocalFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "forecast",
    description = {
      "Learns to forecast the next rows of a series from the rows before.",
      "",
      "The last rows are for validation. Columns are scaled by the mean and deviation of the"
          + " training rows; each window is measured from its last row, so the network learns"
          + " changes. The result is compared with repeating the last value, and with repeating"
          + " the last season."
    })
final class TrainForecastCommand implements Callable<Integer> {
  @ParentCommand TrainCommand train;
  @Mixin TrainOptions options;
  @Mixin BackendOptions backend;

  @Parameters(
      paramLabel = "DATA",
      description =
          "CSV (commas between cells, decimal points), one row per time step. A first row without"
              + " a number names the columns, else they are 1, 2 ... The first column that is not"
              + " read says the time.")
  Path data;

  @Option(
      names = "--columns",
      split = ",",
      paramLabel = "NAME",
      description =
          "The columns to read; a name with a comma in double quotes. Default: those whose first row"
              + " below the names is a number.")
  List<String> columns = List.of();

  @Option(
      names = {"--target", "--targets"},
      split = ",",
      paramLabel = "NAME",
      description = "The columns to forecast, among those that are read. Default: all of them.")
  List<String> targets = List.of();

  @Option(
      names = "--window",
      defaultValue = "24",
      paramLabel = "N",
      description = "Rows to read for one forecast. Default: ${DEFAULT-VALUE}.")
  int window;

  @Option(
      names = "--horizon",
      defaultValue = "1",
      paramLabel = "N",
      description = "Rows to forecast at once. Default: ${DEFAULT-VALUE}.")
  int horizon;

  @Option(
      names = "--log",
      description = "Take logarithms first: for numbers above 0 that grow by percentages.")
  boolean log;

  @Option(
      names = "--season",
      defaultValue = "0",
      paramLabel = "N",
      description =
          "Rows after which the series repeats itself, at most --window, for the comparison alone;"
              + " 0 for none. Default: ${DEFAULT-VALUE}.")
  int season;

  @Override
  public Integer call() throws IOException {
    options.check();
    options.require(window >= 1, "--window: expected 1 or more, got " + window);
    options.require(horizon >= 1, "--horizon: expected 1 or more, got " + horizon);
    options.require(
        season >= 0 && season <= window,
        "--season: expected 0 to " + window + " (--window), got " + season);
    columns = unquoted(columns);
    targets = unquoted(targets);
    requireOnce("--columns", columns);
    requireOnce("--target", targets);
    Series series = read();
    ForecastTask task = task(series);
    train.main.streams.say("columns", series.describe());
    return train.run(task, task.shape(options), options, backend, data);
  }

  /** Names without the quotes that kept their commas together. */
  private static List<String> unquoted(List<String> names) {
    return names.stream().map(name -> name.replaceAll("^\"(.*)\"$", "$1")).toList();
  }

  private void requireOnce(String option, List<String> names) {
    boolean once = names.stream().distinct().count() == names.size();
    options.require(once, option + ": expected each column once, got " + names);
  }

  private Series read() throws IOException {
    LocalFiles.requireRegular(data); // it is read twice
    try (InputStream in = Files.newInputStream(data)) {
      return SeriesReader.read(in, data.toString(), columns, log);
    }
  }

  private ForecastTask task(Series series) throws IOException {
    List<String> names = series.columns();
    List<String> forecast = targets.isEmpty() ? names : targets;
    options.require(
        names.containsAll(forecast), "--target: expected some of " + names + ", got " + forecast);
    int validation = (int) Math.round(series.rows() * options.validation);
    Scaling scaling = Scaling.of(series, series.rows() - validation, log);
    ForecastSetup setup = new ForecastSetup(names, forecast, window, horizon, scaling);
    try {
      return new ForecastTask(series, setup, validation, season);
    } catch (IOException e) {
      throw new IOException(data + ": " + e.getMessage(), e);
    }
  }
}
