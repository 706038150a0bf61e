package io.github.lstm4j.cli.training;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * How a series becomes what a network learns from: {@code (x - mean) / deviation} of each column,
 * of log(x) if that is asked for.
 *
 * @param log whether logarithms are taken first
 * @param mean of each column
 * @param deviation standard deviation of each column, not 0
 */
public record Scaling(boolean log, double[] mean, double[] deviation) {

  /**
   * Measures a series, all of it above 0 if logarithms are asked for.
   *
   * @param rows how many rows to look at: those of training, because the others are not known yet
   */
  public static Scaling of(Series series, int rows, boolean log) {
    int columns = series.columns().size();
    Scaling scaling = new Scaling(log, new double[columns], new double[columns]);
    for (int k = 0; k < columns; k++) {
      double sum = 0;
      for (int row = 0; row < rows; row++) {
        sum += scaling.transform(series.values()[row][k]);
      }
      scaling.mean[k] = sum / rows;
      double squares = 0;
      boolean constant = true;
      for (int row = 0; row < rows; row++) {
        double difference = scaling.transform(series.values()[row][k]) - scaling.mean[k];
        squares += difference * difference;
        constant &= series.values()[row][k] == series.values()[0][k];
      }
      // A column that never changes says nothing about the size of changes: 1 leaves it alone. Its
      // deviation need not come out as 0, because the mean of equal logarithms is rounded; and by
      // the 1e-15 that may be left, a change after the training rows would become huge.
      scaling.deviation[k] = constant ? 1 : Math.sqrt(squares / rows);
    }
    return scaling;
  }

  /** The series in the network's units, {@code [row][column]}. */
  float[][] apply(Series series) {
    float[][] scaled = new float[series.rows()][series.columns().size()];
    for (int row = 0; row < scaled.length; row++) {
      for (int k = 0; k < scaled[row].length; k++) {
        double value = transform(series.values()[row][k]);
        scaled[row][k] = (float) ((value - mean[k]) / deviation[k]);
      }
    }
    return scaled;
  }

  /** The number that {@code scaled} stands for in a column. */
  double invert(double scaled, int column) {
    double value = scaled * deviation[column] + mean[column];
    return log ? Math.exp(value) : value;
  }

  /** Changes of a number that do not matter: a millionth of the column's deviation. */
  double unit(double value, int column) {
    double unit = 1e-6 * deviation[column];
    return log ? unit * value : unit;
  }

  private double transform(double value) {
    return log ? Math.log(value) : value;
  }

  /** Numbers for a file's metadata, with all their digits. */
  static String toText(double[] numbers) {
    return Arrays.stream(numbers).mapToObj(Double::toString).collect(Collectors.joining("\n"));
  }

  /** Reads what {@link #toText} wrote. */
  static double[] ofText(String text) {
    return text.lines().mapToDouble(Double::parseDouble).toArray();
  }
}
