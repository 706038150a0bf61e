package io.github.lstm4j.internal.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Both inner loops on every machine, though each machine is given one of them. */
class VectorMathTest {
  private static final int MARGIN = 3;

  @BeforeAll
  static void requireVectorApi() {
    boolean found = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    assumeTrue(found, "the JVM was started without the Vector API");
  }

  private static float[] random(Random random, int size) {
    float[] values = new float[size];
    for (int k = 0; k < size; k++) {
      values[k] = 2 * random.nextFloat() - 1;
    }
    return values;
  }

  /** Blocks of inputs are of 96, panels of 16, 32 or 64 columns. */
  @ParameterizedTest
  @CsvSource({"1,1,1", "31,95,2", "32,96,3", "33,97,4", "64,192,5", "65,193,6", "130,7,7", "5,1,9"})
  void everyRowIsItsOwnSum(int n, int k, int rows) {
    Random random = new Random(7L * n + rows);
    float[] weights = random(random, n * k);
    int aStride = k + 1;
    float[] a = random(random, MARGIN + rows * aStride);
    HeapMath four = new VectorMath(true);
    int zStride = four.padded(n) + 1;
    float[] before = random(random, MARGIN + rows * zStride);
    float[] z = multiply(four, weights, n, k, rows, a, aStride, before, zStride, true);
    assertArrayEquals(
        z, multiply(new VectorMath(false), weights, n, k, rows, a, aStride, before, zStride, true));
    for (int r = 0; r < rows; r++) {
      float[] x = Arrays.copyOfRange(a, r * aStride, a.length);
      float[] own = Arrays.copyOfRange(before, r * zStride, MARGIN + (r + 1) * zStride);
      float[] alone = multiply(four, weights, n, k, 1, x, aStride, own, zStride, true);
      for (int j = 0; j < n; j++) {
        int at = MARGIN + r * zStride + j;
        assertEquals(alone[MARGIN + j], z[at], "row " + r + ", column " + j);
        double sum = before[at];
        for (int i = 0; i < k; i++) {
          sum += (double) weights[j * k + i] * a[MARGIN + r * aStride + i];
        }
        // At most k roundings, each of half an ulp of a sum below k + 1.
        assertEquals(sum, z[at], (k + 1.0) * k * 0x1p-24, "row " + r + ", column " + j);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"33,97,7", "64,96,4"})
  void overwritingIsAddingToZero(int n, int k, int rows) {
    Random random = new Random(n);
    float[] weights = random(random, n * k);
    float[] a = random(random, MARGIN + rows * k);
    for (HeapMath math : new HeapMath[] {new VectorMath(true), new VectorMath(false)}) {
      int zStride = math.padded(n);
      float[] zeros = new float[MARGIN + rows * zStride];
      float[] old = random(random, zeros.length);
      Arrays.fill(old, 0, MARGIN, 0f);
      assertArrayEquals(
          multiply(math, weights, n, k, rows, a, k, zeros, zStride, true),
          multiply(math, weights, n, k, rows, a, k, old, zStride, false));
    }
  }

  private static float[] multiply(
      HeapMath math,
      float[] weights,
      int n,
      int k,
      int rows,
      float[] a,
      int aStride,
      float[] before,
      int zStride,
      boolean accumulate) {
    HeapMath.Matrix packed = math.matrix(n, k);
    math.pack(FloatBuffer.wrap(weights), packed);
    float[] z = before.clone();
    float[] sums = new float[math.padded(n)];
    math.multiply(packed, rows, a, MARGIN, aStride, z, MARGIN, zStride, accumulate, sums);
    assertArrayEquals(
        Arrays.copyOf(before, MARGIN), Arrays.copyOf(z, MARGIN), "written before the first row");
    return z;
  }
}
