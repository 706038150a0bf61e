package io.github.lstm4j.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lstm4j.LstmConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The reference gives PyTorch's float64 gradients and those of finite differences, so other tests
 * may take it for the truth.
 */
class ReferenceGradientTest {
  /** Relative to the largest |truth| of a tensor: double rounding over 300 time steps. */
  private static final double RELATIVE = 1e-12;

  /** Half the distance of a central difference. */
  private static final double STEP = 1e-5;

  /**
   * Truncation, STEP² times a sixth of the third derivative, and rounding, 2⁻⁵³ of the loss over
   * STEP, are each some 1e-11 to 1e-10 for losses and derivatives of the order 1 to 10.
   */
  private static final double DIFFERENCE = 1e-9;

  static List<String> goldens() {
    return Golden.gradientNames();
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void agreesWithPyTorch(String name) {
    Golden golden = Golden.load(name);
    ReferenceGradient.Result result =
        ReferenceGradient.run(
            golden.config(),
            golden.parametersAsDoubles(),
            golden.sequences("x"),
            golden.state("h0"),
            golden.state("c0"),
            new ReferenceLstm.Result(
                golden.sequences("G"), golden.state("Gh"), golden.state("Gc")));
    assertClose(golden, "grad.x", golden.flatten(result.x()));
    assertClose(golden, "grad.h0", flat(result.h0()));
    assertClose(golden, "grad.c0", flat(result.c0()));
    assertEquals(golden.config().parameterShapes().keySet(), result.parameters().keySet());
    result.parameters().forEach((p, values) -> assertClose(golden, "grad." + p, values));
  }

  private static void assertClose(Golden golden, String what, double[] actual) {
    double[] truth = golden.truth(what);
    double error = Golden.maxError(truth, actual);
    double allowed = RELATIVE * Golden.maxAbs(truth);
    assertTrue(error <= allowed, () -> golden + " " + what + ": error " + error + " > " + allowed);
  }

  private static double[] flat(double[][][] values) {
    return Stream.of(values).flatMap(Stream::of).flatMapToDouble(Arrays::stream).toArray();
  }

  /** A small problem: every array of it may be written. */
  private static final class Problem {
    final LstmConfig config;
    final Map<String, double[]> parameters = new LinkedHashMap<>();
    final double[][][] x;
    final double[][][] h0;
    final double[][][] c0;
    final ReferenceLstm.Result grad;

    Problem(LstmConfig config, int[] lengths, long seed) {
      this.config = config;
      Random random = new Random(seed);
      config
          .parameterShapes()
          .forEach(
              (name, shape) -> {
                int size = IntStream.of(shape).reduce(1, Math::multiplyExact);
                parameters.put(name, random.doubles(size, -1, 1).toArray());
              });
      x = sequences(random, lengths, config.inputSize());
      h0 = state(random, lengths.length, config.outputSize());
      c0 = state(random, lengths.length, config.hiddenSize());
      grad =
          new ReferenceLstm.Result(
              sequences(random, lengths, config.numDirections() * config.outputSize()),
              state(random, lengths.length, config.outputSize()),
              state(random, lengths.length, config.hiddenSize()));
    }

    private static double[][][] sequences(Random random, int[] lengths, int width) {
      double[][][] sequences = new double[lengths.length][][];
      for (int b = 0; b < lengths.length; b++) {
        sequences[b] = rows(random, lengths[b], width);
      }
      return sequences;
    }

    private double[][][] state(Random random, int batch, int width) {
      double[][][] state = new double[config.numLayers() * config.numDirections()][][];
      for (int row = 0; row < state.length; row++) {
        state[row] = rows(random, batch, width);
      }
      return state;
    }

    private static double[][] rows(Random random, int rows, int width) {
      double[][] values = new double[rows][];
      for (int k = 0; k < rows; k++) {
        values[k] = random.doubles(width, -1, 1).toArray();
      }
      return values;
    }

    @Override
    public String toString() {
      return config + ", lengths " + Stream.of(x).map(rows -> rows.length).toList();
    }

    ReferenceGradient.Result gradient() {
      return ReferenceGradient.run(config, parameters, x, h0, c0, grad);
    }

    double loss() {
      ReferenceLstm.Result result = ReferenceLstm.run(config, parameters, x, h0, c0);
      return dot(result.output(), grad.output())
          + dot(result.hn(), grad.hn())
          + dot(result.cn(), grad.cn());
    }

    private static double dot(double[][][] a, double[][][] b) {
      double[] left = flat(a);
      double[] right = flat(b);
      return IntStream.range(0, left.length).mapToDouble(k -> left[k] * right[k]).sum();
    }

    /** Moves every element of an argument in turn and compares the slope with its gradient. */
    void assertSlopes(String what, double[] argument, double[] gradient) {
      assertEquals(argument.length, gradient.length, what);
      for (int k = 0; k < argument.length; k++) {
        double value = argument[k];
        argument[k] = value + STEP;
        double above = loss();
        argument[k] = value - STEP;
        double below = loss();
        argument[k] = value;
        double slope = (above - below) / (2 * STEP);
        double allowed = DIFFERENCE * Math.max(1, Math.abs(slope));
        assertEquals(slope, gradient[k], allowed, what + "[" + k + "], " + this);
      }
    }

    void assertSlopes(String what, double[][][] argument, double[][][] gradient) {
      assertEquals(argument.length, gradient.length, what);
      for (int a = 0; a < argument.length; a++) {
        assertEquals(argument[a].length, gradient[a].length, what);
        for (int b = 0; b < argument[a].length; b++) {
          assertSlopes(what + "[" + a + "][" + b + "]", argument[a][b], gradient[a][b]);
        }
      }
    }
  }

  /** Every option alone, then all of them, then at random; lengths from 0 on. */
  static List<Problem> problems() {
    LstmConfig plain = LstmConfig.of(2, 3);
    LstmConfig all = plain.withNumLayers(2).withBidirectional(true).withProjSize(2).withBias(false);
    List<Problem> problems = new ArrayList<>();
    problems.add(new Problem(plain, new int[] {4}, 1));
    problems.add(new Problem(plain.withBias(false), new int[] {3}, 2));
    problems.add(new Problem(plain.withProjSize(2), new int[] {3}, 3));
    problems.add(new Problem(plain.withBidirectional(true), new int[] {3}, 4));
    problems.add(new Problem(plain.withNumLayers(3), new int[] {3}, 5));
    problems.add(new Problem(plain, new int[] {2, 0, 3, 1}, 6));
    problems.add(new Problem(all, new int[] {2, 3, 1}, 7));
    Random random = new Random(8);
    for (int seed = 10; seed < 25; seed++) {
      int hidden = 1 + random.nextInt(4);
      LstmConfig config =
          LstmConfig.of(1 + random.nextInt(3), hidden)
              .withNumLayers(1 + random.nextInt(3))
              .withBias(random.nextBoolean())
              .withBidirectional(random.nextBoolean())
              .withProjSize(random.nextInt(hidden));
      problems.add(new Problem(config, random.ints(1 + random.nextInt(3), 0, 5).toArray(), seed));
    }
    return problems;
  }

  @ParameterizedTest
  @MethodSource("problems")
  void agreesWithFiniteDifferences(Problem problem) {
    ReferenceGradient.Result gradient = problem.gradient();
    problem.assertSlopes("x", problem.x, gradient.x());
    problem.assertSlopes("h0", problem.h0, gradient.h0());
    problem.assertSlopes("c0", problem.c0, gradient.c0());
    problem.parameters.forEach(
        (name, values) -> problem.assertSlopes(name, values, gradient.parameters().get(name)));
  }

  /** No steps: the state passes through, and so does its gradient. */
  @Test
  void withoutStepsTheStatesGradientPassesThrough() {
    Problem problem = new Problem(LstmConfig.of(2, 3).withBidirectional(true), new int[] {0}, 1);
    ReferenceGradient.Result gradient = problem.gradient();
    assertArrayEquals(flat(problem.grad.hn()), flat(gradient.h0()));
    assertArrayEquals(flat(problem.grad.cn()), flat(gradient.c0()));
    gradient.parameters().values().forEach(v -> assertArrayEquals(new double[v.length], v));
  }

  /** H = 1, all weights zero: every gate is 1/2 and g is 0, so all can be said by hand. */
  @Test
  void anAllZeroLstmByHand() {
    LstmConfig config = LstmConfig.of(1, 1);
    Map<String, double[]> zeros = new LinkedHashMap<>();
    config.parameterShapes().forEach((name, shape) -> zeros.put(name, new double[4]));
    double[][][] x = {{{3}}};
    double[][][] state = {{{2}}};
    double[][][] none = {{{0}}};
    ReferenceGradient.Result gradient =
        ReferenceGradient.run(
            config, zeros, x, state, state, new ReferenceLstm.Result(none, none, x));
    // c' = f c + i g: dc' = 3 makes dc = 3/2, dz_f = 3·2·1/4, dz_g = 3·1/2, and dz_i = dz_o = 0.
    assertArrayEquals(new double[] {1.5}, gradient.c0()[0][0]);
    assertArrayEquals(new double[] {0, 1.5, 1.5, 0}, gradient.parameters().get("bias_hh_l0"));
    assertArrayEquals(new double[] {0, 4.5, 4.5, 0}, gradient.parameters().get("weight_ih_l0"));
    assertArrayEquals(new double[] {0, 3, 3, 0}, gradient.parameters().get("weight_hh_l0"));
  }
}
