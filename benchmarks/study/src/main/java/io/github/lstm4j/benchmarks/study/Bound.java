package io.github.lstm4j.benchmarks.study;

import io.github.lstm4j.benchmarks.Shape;

/**
 * The least time that a forward pass takes on a core with the measured limits, if it reads the
 * weights in one order. The input product reads {@code weight_ih} once; every step of the
 * recurrence but a sequence's first, whose state is zero, reads {@code weight_hh} again, for as
 * many rows as the step has. Each of the two takes at least its arithmetic at the peak FMA rate and
 * at least its weights at the read bandwidth of their working set, whichever is longer. Activations
 * are free here, so nothing quite reaches what arithmetic sets. What reads set can be passed:
 * whoever reads every second time from the end finds a part of the weights in the cache still.
 *
 * @param nanos the bound
 * @param bytes weights that are read
 * @param computeShare how much of the bound is set by arithmetic, from 0 to 1
 */
public record Bound(double nanos, double bytes, double computeShare) {
  /** Returns the bound of one core. */
  public static Bound of(Shape shape, Limits limits) {
    int[] rows = rowsPerStep(shape);
    double modelBytes = modelBytes(shape);
    double bytes = 0;
    double nanos = 0;
    double computing = 0;
    for (int layer = 0; layer < shape.layers(); layer++) {
      double inputWeights = 4.0 * shape.hidden() * shape.config().layerInputSize(layer);
      double recurrentWeights = 4.0 * shape.hidden() * shape.hidden();
      for (int direction = 0; direction < shape.directions(); direction++) {
        double[] input = phase(inputWeights, shape.rows(), limits, modelBytes);
        nanos += input[0];
        computing += input[1];
        bytes += 4 * inputWeights;
        for (int t = 1; t < rows.length; t++) {
          double[] step = phase(recurrentWeights, rows[t], limits, 4 * recurrentWeights);
          nanos += step[0];
          computing += step[1];
          bytes += 4 * recurrentWeights;
        }
      }
    }
    return new Bound(nanos, bytes, computing / nanos);
  }

  /** Returns the time of a product, and again that time if arithmetic sets it, else 0. */
  private static double[] phase(double weights, double rows, Limits limits, double workingSet) {
    double arithmetic = 2 * weights * rows / limits.fmaGflops();
    double reading = 4 * weights / limits.bandwidth(workingSet);
    return new double[] {Math.max(arithmetic, reading), arithmetic > reading ? arithmetic : 0};
  }

  /** Returns the bytes of all that a pass reads of the model; one step alone skips weight_hh. */
  private static double modelBytes(Shape shape) {
    double recurrent = 4.0 * shape.hidden() * shape.hidden() * shape.layers() * shape.directions();
    return 4 * (shape.config().parameterCount() - (shape.steps() == 1 ? recurrent : 0));
  }

  private static int[] rowsPerStep(Shape shape) {
    int[] rows = new int[shape.steps()];
    for (int length : shape.lengths()) {
      for (int t = 0; t < length; t++) {
        rows[t]++;
      }
    }
    return rows;
  }

  /** Returns {@code FMA}, {@code reads} or {@code both}: which limit sets most of the bound. */
  public String limit() {
    return computeShare > 0.9 ? "FMA" : computeShare < 0.1 ? "reads" : "both";
  }
}
