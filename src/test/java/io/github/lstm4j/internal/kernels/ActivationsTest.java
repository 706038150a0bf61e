package io.github.lstm4j.internal.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The activations of the Java backends at floats of every size, against the JDK's in double
 * precision. A cell whose gates are kept shows them.
 */
class ActivationsTest {
  /** Odd, so that the lowest bits of the floats vary; 4 million of them. */
  private static final int STRIDE = 1021;

  /** As docs/numerics.md says. */
  private static final double ULPS = 2.5;

  /** A cell of so many units, a multiple of every vector. */
  private static final int UNITS = 4096;

  static Stream<HeapMath> maths() {
    boolean vectors = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    return vectors ? Stream.of(new JavaMath(), new VectorMath()) : Stream.of(new JavaMath());
  }

  /** Gate {@code gate} of 0 to 3 for every one of {@link #UNITS} sums. */
  private static float[] gate(HeapMath math, int gate, float[] sums) {
    float[] z = new float[4 * UNITS];
    System.arraycopy(sums, 0, z, gate * UNITS, UNITS);
    float[] gates = new float[4 * UNITS];
    float[] state = new float[UNITS];
    math.cell(
        1,
        UNITS,
        z,
        0,
        4 * UNITS,
        new float[4 * UNITS],
        state,
        state.clone(),
        UNITS,
        gates,
        0,
        4 * UNITS);
    return Arrays.copyOfRange(gates, gate * UNITS, (gate + 1) * UNITS);
  }

  /**
   * Compares.
   *
   * @param lowest of the function's range; the highest is 1
   * @param smallest positive values below it may be 0
   */
  private static void sweep(
      HeapMath math, int gate, DoubleUnaryOperator truth, float lowest, float smallest) {
    double worst = 0;
    float at = 0;
    float[] x = new float[UNITS];
    for (long bits = 0; bits < 1L << 32; bits += (long) UNITS * STRIDE) {
      for (int k = 0; k < UNITS; k++) {
        x[k] = Float.intBitsToFloat((int) (bits + (long) k * STRIDE));
      }
      float[] y = gate(math, gate, x);
      for (int k = 0; k < UNITS; k++) {
        double error = error(x[k], y[k], truth.applyAsDouble(x[k]), lowest, smallest);
        if (error > worst) {
          worst = error;
          at = x[k];
        }
      }
    }
    assertTrue(worst <= ULPS, "off by " + worst + " ulp at " + at);
    assertTrue(worst > 0.5, "exact everywhere is too good to be true");
  }

  private static double error(float x, float y, double exact, float lowest, float smallest) {
    if (Float.isNaN(x)) {
      assertTrue(Float.isNaN(y), () -> "a NaN became " + y);
      return 0;
    }
    assertTrue(y >= lowest && y <= 1, () -> "of " + x + ": " + y);
    boolean flushed = y == 0 && exact < smallest && exact >= 0;
    return flushed ? 0 : Math.abs(y - exact) / Math.ulp((float) exact);
  }

  @ParameterizedTest
  @MethodSource("maths")
  void sigmoidIsRightForEveryFloat(HeapMath math) {
    for (int gate : new int[] {0, 1, 3}) {
      sweep(math, gate, x -> 1 / (1 + Math.exp(-x)), 0, Float.MIN_NORMAL);
      float[] special = new float[UNITS];
      special[0] = Float.POSITIVE_INFINITY;
      assertEquals(1, gate(math, gate, special)[0]);
      assertEquals(0.5f, gate(math, gate, special)[1]);
    }
  }

  @ParameterizedTest
  @MethodSource("maths")
  void tanhIsRightForEveryFloat(HeapMath math) {
    sweep(math, 2, Math::tanh, -1, 0);
    float[] special = new float[UNITS];
    special[0] = Float.NEGATIVE_INFINITY;
    assertEquals(-1, gate(math, 2, special)[0]);
    assertEquals(0, gate(math, 2, special)[1]);
  }
}
