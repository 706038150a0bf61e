package io.github.lstm4j.cli.training;

import io.github.lstm4j.Tensor;
import java.util.stream.IntStream;

/**
 * A scaled series seen through a sliding window: {@code window} rows to read, the {@code horizon}
 * rows behind them to forecast. All numbers of a window are measured from its last row, so that it
 * looks the same on every level of a trend (the idea of NLinear, <a
 * href="https://arxiv.org/abs/2205.13504">Zeng et al. 2022</a>).
 */
final class Windows {
  private final float[][] rows;
  private final int window;
  private final int horizon;
  private final int[] targets;

  /**
   * Looks at a series.
   *
   * @param rows {@code [row][column]}, scaled; shared
   * @param targets which columns are forecast; shared
   */
  Windows(float[][] rows, int window, int horizon, int[] targets) {
    this.rows = rows;
    this.window = window;
    this.horizon = horizon;
    this.targets = targets;
  }

  /** The first rows of the windows whose forecast rows all lie in {@code [from, to)}. */
  int[] within(int from, int to) {
    return IntStream.rangeClosed(Math.max(0, from - window), to - window - horizon).toArray();
  }

  int length() {
    return window;
  }

  /** Numbers that are forecast for one window. */
  int answers() {
    return horizon * targets.length;
  }

  /** The row that an answer of a window forecasts. */
  int row(int start, int answer) {
    return start + window + answer / targets.length;
  }

  /** The column that an answer forecasts. */
  int column(int answer) {
    return targets[answer % targets.length];
  }

  /** What is read, {@code [rows, columns]} in packed order. */
  float[] inputs(Batch batch) {
    int columns = rows[0].length;
    float[] inputs = new float[batch.rows() * columns];
    batch.forEach(
        (row, sequence, step) -> {
          int start = batch.examples()[sequence];
          for (int k = 0; k < columns; k++) {
            inputs[row * columns + k] = rows[start + step][k] - rows[start + window - 1][k];
          }
        });
    return inputs;
  }

  /** What is to be forecast, {@code [sequences, answers]}. */
  Tensor targets(Batch batch) {
    float[] values = new float[batch.count() * answers()];
    for (int k = 0; k < values.length; k++) {
      int start = batch.examples()[k / answers()];
      int answer = k % answers();
      values[k] = rows[row(start, answer)][column(answer)] - last(start, answer);
    }
    return Tensor.of(values, batch.count(), answers());
  }

  /** The last row's number, from which an answer is measured. */
  float last(int start, int answer) {
    return rows[start + window - 1][column(answer)];
  }
}
