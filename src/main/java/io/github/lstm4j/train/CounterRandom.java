package io.github.lstm4j.train;

/**
 * Random numbers without state: each is a function of a seed and a counter, so a run that is
 * resumed draws what it would have drawn. The numbers are the same on every platform and in every
 * release; they are not PyTorch's.
 *
 * <p>The generator is SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number
 * generators", 2014) whose state is computed from seed and counter. It is not for cryptography.
 * {@code bits(seed, k)} makes seeds for independent purposes out of one.
 *
 * <p>Thread-safe: there is nothing to share.
 */
public final class CounterRandom {
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private CounterRandom() {}

  /**
   * Returns 64 random bits.
   *
   * @param seed any number
   * @param counter any number
   */
  public static long bits(long seed, long counter) {
    // The seed is mixed as well: neighbouring seeds would give one sequence, shifted.
    return mix(mix(seed) + GOLDEN_GAMMA * (counter + 1));
  }

  /**
   * Returns a number from [0, 1), a multiple of 2^-53.
   *
   * @param seed any number
   * @param counter any number
   */
  public static double uniform(long seed, long counter) {
    return (bits(seed, counter) >>> 11) * 0x1p-53;
  }

  /**
   * Returns a number from the normal distribution N(0, 1), by the method of Box and Muller. It uses
   * the bits of the counters {@code 2 * counter} and {@code 2 * counter + 1}.
   *
   * @param seed any number
   * @param counter any number
   */
  public static double gaussian(long seed, long counter) {
    double radius = 1 - uniform(seed, 2 * counter); // from (0, 1]: its logarithm is finite
    double angle = 2 * Math.PI * uniform(seed, 2 * counter + 1);
    return StrictMath.sqrt(-2 * StrictMath.log(radius)) * StrictMath.cos(angle);
  }

  /**
   * Returns the numbers 0 to {@code n - 1} in random order: the order of an epoch's examples.
   *
   * @param n how many, 0 or more
   * @param seed any number
   * @param epoch any number; each gives another order
   * @return a new array
   * @throws IllegalArgumentException if {@code n} is negative
   */
  public static int[] permutation(int n, long seed, long epoch) {
    if (n < 0) {
      throw new IllegalArgumentException("n: expected 0 or more, got " + n);
    }
    long shuffle = bits(seed, epoch);
    int[] order = new int[n];
    for (int k = 0; k < n; k++) {
      int j = (int) (uniform(shuffle, k) * (k + 1)); // Fisher and Yates, from the inside out
      order[k] = order[j];
      order[j] = k;
    }
    return order;
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
