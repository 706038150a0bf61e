package io.github.lstm4j.examples.longmemory;

import java.util.List;
import java.util.OptionalInt;

/**
 * What one training run came to.
 *
 * @param run what was trained
 * @param points in the order of the updates; the first is from before them all
 * @param seconds that it took beside the others
 * @param model as the last update left it
 */
record Curve(Run run, List<Point> points, double seconds, Model model) {
  /** The mean squared error on held-out sequences that counts as solved: 1/167 of the baseline. */
  static final double SOLVED = 0.001;

  /** The mean squared error on held-out sequences after some updates. */
  record Point(int updates, double error) {}

  /**
   * One training run.
   *
   * @param variant what is trained
   * @param length T
   * @param rate Adam's learning rate
   * @param seed of the weights and of the sequences to learn from
   */
  record Run(Variant variant, int length, double rate, long seed) {}

  /** Returns how the run ended. */
  Point last() {
    return points.get(points.size() - 1);
  }

  /** Returns the number of updates after which the problem was found solved. */
  OptionalInt solvedAfter() {
    return points.stream().filter(p -> p.error() < SOLVED).mapToInt(Point::updates).findFirst();
  }

  /** Returns the lowest error. */
  double best() {
    return points.stream().mapToDouble(Point::error).min().orElseThrow();
  }
}
