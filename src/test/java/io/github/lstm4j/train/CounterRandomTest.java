package io.github.lstm4j.train;

import static io.github.lstm4j.train.Answers.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CounterRandomTest {
  /** The JDK's SplittableRandom is SplitMix64; ours starts it from the mixed seed. */
  @Test
  void isSplitMix64() {
    long seed = 42;
    long mixed = new SplittableRandom(seed - 0x9e3779b97f4a7c15L).nextLong();
    SplittableRandom jdk = new SplittableRandom(mixed);
    for (int k = 0; k < 1000; k++) {
      assertEquals(jdk.nextLong(), CounterRandom.bits(seed, k), "counter " + k);
    }
  }

  /** Numbers that a release may not change: a seed names a run. */
  @Test
  void theNumbersOfASeedAreFixed() {
    assertEquals(-2154039811576856741L, CounterRandom.bits(7, 3));
    assertEquals(0.8832292678334052, CounterRandom.uniform(7, 3));
    assertEquals(-0.7978521578845092, CounterRandom.gaussian(7, 3));
    assertArrayEquals(new int[] {6, 3, 5, 4, 2, 1, 7, 0}, CounterRandom.permutation(8, 7, 3));
  }

  @Test
  void gaussianHasTheMomentsOfTheNormalDistribution() {
    int n = 200_000;
    double[] moments = new double[4];
    int beyond = 0;
    for (int k = 0; k < n; k++) {
      double x = CounterRandom.gaussian(1, k);
      for (int m = 0; m < 4; m++) {
        moments[m] += Math.pow(x, m + 1) / n;
      }
      beyond += Math.abs(x) > 1.959964 ? 1 : 0;
    }
    // Six standard deviations of each; the variance of x^m is E[x^2m] - E[x^m]^2.
    assertEquals(0, moments[0], 6 * Math.sqrt(1.0 / n));
    assertEquals(1, moments[1], 6 * Math.sqrt(2.0 / n));
    assertEquals(0, moments[2], 6 * Math.sqrt(15.0 / n));
    assertEquals(3, moments[3], 6 * Math.sqrt(96.0 / n));
    assertEquals(0.05, beyond / (double) n, 6 * Math.sqrt(0.05 * 0.95 / n));
  }

  @Test
  void uniformFillsItsRangeEvenly() {
    int n = 100_000;
    int[] counts = new int[10];
    for (int k = 0; k < n; k++) {
      double u = CounterRandom.uniform(-3, k);
      assertTrue(u >= 0 && u < 1);
      counts[(int) (10 * u)]++;
    }
    for (int count : counts) {
      assertEquals(n / 10.0, count, 6 * Math.sqrt(n * 0.09));
    }
  }

  @Test
  void neighbouringSeedsAndEpochsShareNothing() {
    Set<Long> bits = new HashSet<>();
    for (long seed = -50; seed < 50; seed++) {
      for (long k = 0; k < 100; k++) {
        assertTrue(bits.add(CounterRandom.bits(seed, k)), "seed " + seed + ", counter " + k);
      }
    }
    int[] order = CounterRandom.permutation(50, 1, 0);
    assertFalse(Arrays.equals(order, CounterRandom.permutation(50, 1, 1)));
    assertFalse(Arrays.equals(order, CounterRandom.permutation(50, 2, 0)));
    assertArrayEquals(order, CounterRandom.permutation(50, 1, 0));
  }

  @Test
  void everyPermutationIsEquallyLikely() {
    int n = 60_000;
    int[] counts = new int[24];
    for (int epoch = 0; epoch < n; epoch++) {
      int[] p = CounterRandom.permutation(4, 9, epoch);
      int[] sorted = p.clone();
      Arrays.sort(sorted);
      assertArrayEquals(new int[] {0, 1, 2, 3}, sorted);
      int rank = 0;
      for (int k = 0; k < 3; k++) {
        int smaller = 0;
        for (int j = k + 1; j < 4; j++) {
          smaller += p[j] < p[k] ? 1 : 0;
        }
        rank = rank * (4 - k) + smaller;
      }
      counts[rank]++;
    }
    for (int count : counts) {
      assertEquals(n / 24.0, count, 6 * Math.sqrt(n / 24.0));
    }
    assertArrayEquals(new int[0], CounterRandom.permutation(0, 1, 1));
    assertRefused(() -> CounterRandom.permutation(-1, 1, 1), "n", "-1");
  }
}
