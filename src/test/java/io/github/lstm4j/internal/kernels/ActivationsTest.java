package io.github.lstm4j.internal.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** The plain Java activations at floats of every size, against the JDK's in double precision. */
class ActivationsTest {
  /** Odd, so that the lowest bits of the floats vary; 4 million of them. */
  private static final int STRIDE = 1021;

  /** As docs/numerics.md says. */
  private static final double ULPS = 2.5;

  private interface Activation {
    float of(float x);
  }

  /**
   * Compares.
   *
   * @param lowest of the function's range; the highest is 1
   * @param smallest positive values below it may be 0
   */
  private static void sweep(
      Activation activation, DoubleUnaryOperator truth, float lowest, float smallest) {
    double worst = 0;
    float at = 0;
    for (long bits = 0; bits < 1L << 32; bits += STRIDE) {
      float x = Float.intBitsToFloat((int) bits);
      float y = activation.of(x);
      if (Float.isNaN(x)) {
        assertTrue(Float.isNaN(y), () -> "a NaN became " + y);
        continue;
      }
      assertTrue(y >= lowest && y <= 1, () -> "of " + x + ": " + y);
      double exact = truth.applyAsDouble(x);
      if (y == 0 && exact < smallest && exact >= 0) {
        continue;
      }
      double error = Math.abs(y - exact) / Math.ulp((float) exact);
      if (error > worst) {
        worst = error;
        at = x;
      }
    }
    assertTrue(worst <= ULPS, "off by " + worst + " ulp at " + at);
  }

  @Test
  void sigmoidIsRightForEveryFloat() {
    sweep(Activations::sigmoid, x -> 1 / (1 + Math.exp(-x)), 0, Float.MIN_NORMAL);
    assertEquals(1, Activations.sigmoid(Float.POSITIVE_INFINITY));
    assertEquals(0.5f, Activations.sigmoid(0));
  }

  @Test
  void tanhIsRightForEveryFloat() {
    sweep(Activations::tanh, Math::tanh, -1, 0);
    assertEquals(-1, Activations.tanh(Float.NEGATIVE_INFINITY));
    assertEquals(0, Activations.tanh(0));
  }
}
