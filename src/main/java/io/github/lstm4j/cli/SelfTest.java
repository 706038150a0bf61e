package io.github.lstm4j.cli;

import io.github.lstm4j.Lstm;
import io.github.lstm4j.LstmConfig;
import io.github.lstm4j.LstmOptions;
import io.github.lstm4j.LstmOutput;
import io.github.lstm4j.LstmParameters;
import io.github.lstm4j.Tensor;

/**
 * A model small enough to be in the program, with answers computed in double precision: two layers,
 * both directions, projected, three sequences of different lengths, and sizes that are no multiple
 * of any vector.
 */
final class SelfTest {
  static final LstmConfig CONFIG = new LstmConfig(3, 37, 2, true, false, 0, true, 5);
  static final long SEED = 2026;
  static final int STEPS = 7;
  static final int[] LENGTHS = {4, 7, 1};
  private static final double ALLOWED = 3e-7;

  /** The hn of the last layer's backward direction, [B, P]; a test computes them again. */
  static final double[] EXPECTED = {
    -0.0032228035, 0.0872245347, -0.0897406635, 0.0186062505, 0.0246790797,
    -0.0029019170, 0.0959154317, -0.0967520408, 0.0206701516, 0.0268095617,
    -0.0020245095, 0.0404600232, -0.0462486998, 0.0083595664, 0.0130840349
  };

  private SelfTest() {}

  /** The element at a flat index of the input, {@code [T, B, I]}. */
  static float input(int index) {
    return (float) StrictMath.sin(index + 1);
  }

  /** Runs the model; returns the largest difference from the answers. */
  static double largestDifference(LstmOptions options) {
    Tensor input = Tensor.allocate(STEPS, LENGTHS.length, CONFIG.inputSize());
    for (int k = 0; k < input.size(); k++) {
      input.data().put(k, input(k));
    }
    try (Lstm lstm = Lstm.create(LstmParameters.initialize(CONFIG, SEED), options);
        LstmOutput result = lstm.forward(input, LENGTHS, null)) {
      double largest = 0;
      int from = result.hn().size() - EXPECTED.length;
      for (int k = 0; k < EXPECTED.length; k++) {
        double difference = Math.abs(result.hn().data().get(from + k) - EXPECTED[k]);
        largest = Math.max(largest, Double.isNaN(difference) ? Double.MAX_VALUE : difference);
      }
      return largest;
    }
  }

  static boolean passes(double largestDifference) {
    return largestDifference <= ALLOWED;
  }
}
