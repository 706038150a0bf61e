package io.github.lstm4j.cli.training;

import io.github.lstm4j.Tensor;
import io.github.lstm4j.cli.common.Text;
import io.github.lstm4j.train.MeanSquaredError;
import java.io.IOException;
import java.util.Map;

/** Forecasts the next rows of a series from a window of rows; its examples are windows. */
public final class ForecastTask implements Task {
  static final String KIND = "forecast";

  private final Series series;
  private final ForecastSetup setup;
  private final Windows windows;
  private final int[] training;
  private final int[] validation;
  private final int season;

  /**
   * Splits a series in time: the last rows are for validation. What is forecast lies in one part
   * alone; the rows that are read may reach back into the training part, as they would later.
   *
   * @param validationRows how many rows are for validation
   * @param season rows after which the series repeats itself, or 0; for comparison alone
   */
  public ForecastTask(Series series, ForecastSetup setup, int validationRows, int season)
      throws IOException {
    this.series = series;
    this.setup = setup;
    this.season = season;
    int boundary = series.rows() - validationRows;
    long least = (long) setup.window() + setup.horizon();
    if (boundary < least || validationRows < setup.horizon()) {
      throw new IOException(
          "expected at least "
              + Text.count(least, "row")
              + " for training and "
              + setup.horizon()
              + " for validation (--window, --horizon, --validation), found "
              + Math.max(0, boundary)
              + " and "
              + validationRows);
    }
    windows = setup.windows(series);
    training = windows.within(0, boundary);
    validation = windows.within(boundary, series.rows());
  }

  public NetworkShape shape(TrainOptions options) {
    return new NetworkShape(
        0, options.layers.toConfig(setup.columns().size()), windows.answers(), false);
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public int[] training() {
    return training;
  }

  @Override
  public int[] validation() {
    return validation;
  }

  @Override
  public int length(int example) {
    return windows.length();
  }

  @Override
  public Tensor answer(Network network, Batch batch) {
    return network.forward(batch, windows.inputs(batch));
  }

  @Override
  public double loss(Batch batch, Tensor answers, Tensor gradient) {
    return MeanSquaredError.loss(answers, windows.targets(batch), gradient);
  }

  @Override
  public int terms(Batch batch) {
    return batch.count() * windows.answers();
  }

  @Override
  public Evaluation evaluation() {
    return new ForecastEvaluation(series, setup, windows, season);
  }

  @Override
  public Map<String, String> metadata() {
    return setup.toMetadata();
  }
}
