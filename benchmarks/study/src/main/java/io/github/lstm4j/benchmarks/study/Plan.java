package io.github.lstm4j.benchmarks.study;

import java.util.List;

/**
 * How long and how often.
 *
 * @param rounds how many forks each engine gets per shape; engines alternate within a round
 * @param warmupMillis time for the JIT compiler, in every fork
 * @param iterations measured stretches per fork
 * @param iterationMillis length of one; a slower call is measured once
 * @param farBehind an engine this many times slower than the fastest after the first round is not
 *     run again at that shape: noise cannot change its place
 * @param repeats how often a fork whose core was taken by something else is run again
 */
public record Plan(
    String name,
    int rounds,
    int warmupMillis,
    int iterations,
    int iterationMillis,
    double farBehind,
    int repeats) {

  /** What the study runs unless shapes are named; sizes as in the README. */
  public static final List<String> SHAPES =
      List.of(
          "1x1x128x128",
          "1x1x512x512",
          "5x3x10x20-layers2",
          "50x1x128x128",
          "25x1x512x512",
          "25x1x1024x1024",
          "50x1x1760x1760",
          "100x8x256x256",
          "50x16x512x512",
          "25x32x512x512",
          "25x64x512x512",
          "25x128x512x512",
          "25x32x1024x1024",
          "100x64x128x128",
          "150x64x256x256",
          "50x16x256x256-layers2-bidirectional",
          "400x64x256x256-ragged");

  /** Small shapes that together reach every path of every engine. */
  public static final List<String> CHECKS =
      List.of(
          "1x1x8x8",
          "5x3x10x20-layers2",
          "7x2x16x24-layers2-bidirectional",
          "12x5x9x17-ragged",
          "9x33x64x48");

  /** Returns the plan of that name. */
  public static Plan named(String name) {
    return switch (name) {
      case "smoke" -> new Plan(name, 1, 200, 1, 200, 1, 0);
      case "quick" -> new Plan(name, 3, 800, 1, 500, 3, 0);
      case "full" -> new Plan(name, 15, 4000, 5, 1000, 10, 5);
      default ->
          throw new IllegalArgumentException("plan: expected smoke, quick or full, got " + name);
    };
  }
}
