package io.github.lstm4j.cli.training;

import io.github.lstm4j.train.CounterRandom;
import java.io.IOException;
import java.util.Arrays;

/** Which examples are for training, and which for validation. */
public record Split(int[] training, int[] validation) {
  /** A counter that no epoch has. */
  private static final long TURN = -1;

  /**
   * Splits at random; the same arguments give the same split.
   *
   * @param name what messages call the data
   * @param count of examples
   * @param share of the examples for validation
   */
  public static Split random(String name, int count, double share, long seed) throws IOException {
    int held = (int) Math.round(count * share);
    if (held < 1 || held >= count) {
      throw new IOException(
          name
              + ": expected one sequence or more for training and for validation (--validation),"
              + " found "
              + (count - held)
              + " and "
              + held);
    }
    int[] order = CounterRandom.permutation(count, seed, TURN);
    return new Split(Arrays.copyOfRange(order, held, count), Arrays.copyOfRange(order, 0, held));
  }
}
