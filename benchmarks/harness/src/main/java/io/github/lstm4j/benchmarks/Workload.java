package io.github.lstm4j.benchmarks;

import io.github.lstm4j.LstmConfig;
import io.github.lstm4j.LstmParameters;
import java.util.SplittableRandom;

/**
 * The same numbers for every engine: weights, input and expected output of one shape.
 *
 * @param parameters PyTorch's default initialisation, seeded
 * @param input {@code [T, B, I]}, uniform on [-1, 1); zero in the padding
 * @param lengths the length of each sequence
 * @param threads how many threads the engine may use
 */
public record Workload(
    Shape shape, LstmParameters parameters, float[] input, int[] lengths, int threads) {

  /**
   * How far an engine's output may be from the double-precision reference, at most, in any element.
   * Outputs lie in (-1, 1). Float32 rounding through some hundred steps stays near 1e-6; engines
   * approximate the activations to about that; a swapped gate or a missing bias is off by 1e-2.
   */
  public static final double TOLERANCE = 2e-5;

  private static final long WEIGHTS_SEED = 1997;
  private static final long INPUT_SEED = 735;
  private static final long TARGET_SEED = 1986;

  /** Makes the numbers; they depend on the shape alone. */
  public static Workload of(Shape shape, int threads) {
    LstmParameters parameters = LstmParameters.initialize(shape.config(), WEIGHTS_SEED);
    int[] lengths = shape.lengths();
    SplittableRandom random = new SplittableRandom(INPUT_SEED);
    float[] input = new float[shape.steps() * shape.batch() * shape.input()];
    for (int k = 0; k < input.length; k++) {
      int row = k / shape.input();
      float value = (float) (2 * random.nextDouble() - 1);
      input[k] = row / shape.batch() < lengths[row % shape.batch()] ? value : 0;
    }
    return new Workload(shape, parameters, input, lengths, threads);
  }

  /** Returns what training draws the output to: {@code [T, B, D·H]}, uniform on [-0.5, 0.5). */
  public float[] target() {
    SplittableRandom random = new SplittableRandom(TARGET_SEED);
    float[] target = new float[outputSize()];
    for (int k = 0; k < target.length; k++) {
      target[k] = (float) (random.nextDouble() - 0.5);
    }
    return target;
  }

  /** Returns the configuration. */
  public LstmConfig config() {
    return parameters.config();
  }

  /** Returns one weight matrix or bias as an array, by its name before {@code _l0}. */
  public float[] parameter(String name, int layer, int direction) {
    String suffix = "_l" + layer + (direction == 1 ? "_reverse" : "");
    return parameters.get(name + suffix).toArray();
  }

  /** Returns {@code bias_ih + bias_hh}: what engines with one bias vector add. */
  public float[] bias(int layer, int direction) {
    float[] sum = parameter("bias_ih", layer, direction);
    float[] recurrent = parameter("bias_hh", layer, direction);
    for (int k = 0; k < sum.length; k++) {
      sum[k] += recurrent[k];
    }
    return sum;
  }

  /** Returns the width of an output row, {@code D·H}. */
  public int outputWidth() {
    return shape.directions() * shape.hidden();
  }

  /** Returns the number of output elements, padding included. */
  public int outputSize() {
    return shape.steps() * shape.batch() * outputWidth();
  }

  /**
   * Returns the largest difference between an engine's output and the expected one, padding apart.
   *
   * @param expected {@code [T, B, D·H]}
   * @param actual {@code [T, B, D·H]}
   * @throws IllegalStateException if they differ by more than {@link #TOLERANCE} or the sizes do
   */
  public double check(String engine, float[] expected, float[] actual) {
    if (actual.length != expected.length) {
      throw new IllegalStateException(
          engine + ": expected " + expected.length + " outputs, got " + actual.length);
    }
    double worst = 0;
    for (int k = 0; k < expected.length; k++) {
      int row = k / outputWidth();
      if (row / shape.batch() < lengths[row % shape.batch()]) {
        double error = Math.abs((double) expected[k] - actual[k]);
        worst = error <= worst ? worst : error; // keeps a NaN
      }
    }
    if (!(worst <= TOLERANCE)) {
      throw new IllegalStateException(
          engine + " at " + shape + ": differs from the reference by " + worst);
    }
    return worst;
  }
}
