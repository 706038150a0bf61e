package io.github.lstm4j.benchmarks.study;

/**
 * What is measured, how long and how often.
 *
 * @param rounds how many forks each engine gets per shape
 * @param partRounds the same of each part of a forward pass, and of each kind of call
 * @param warmupMillis in every fork, for the caches and the code around an engine; one that is Java
 *     itself gets {@code JAVA_WARMUP} times as long, as the JIT compiler has the same core; so does
 *     all of lstm4j in training, as its losses and optimisers are Java
 * @param turns how often a fork is measured, in turn with the others of its shape
 * @param farBehind an engine this many times slower than the fastest after the first round is not
 *     run again at that shape: noise will hardly change its place
 */
record Plan(
    String name,
    Suite suite,
    int rounds,
    int partRounds,
    int warmupMillis,
    int turns,
    double farBehind) {

  /** Length of a turn; a slower call is measured once. */
  static final int TURN_MILLIS = 100;

  private static final int JAVA_WARMUP = 4;

  /** Returns the time before an engine is measured. */
  int warmupMillis(EngineSpec engine) {
    boolean java = engine.isJava() || (suite == Suite.TRAINING && EngineSpec.isOurs(engine.name()));
    return warmupMillis * (java ? JAVA_WARMUP : 1);
  }

  /** Returns this plan with another number of rounds. */
  Plan withRounds(int other) {
    return new Plan(
        name, suite, other, Math.min(partRounds, other), warmupMillis, turns, farBehind);
  }

  /** Returns the plan of that name. */
  static Plan named(String name) {
    return switch (name) {
      case "smoke" -> new Plan(name, Suite.INFERENCE, 1, 1, 200, 2, 1);
      case "quick" -> new Plan(name, Suite.INFERENCE, 1, 1, 800, 8, 3);
      case "full" -> new Plan(name, Suite.INFERENCE, 10, 10, 4000, 50, 10);
      case "smoke-train" -> new Plan(name, Suite.TRAINING, 1, 0, 200, 2, 1);
      case "train" -> new Plan(name, Suite.TRAINING, 3, 0, 2000, 10, 3);
      default ->
          throw new IllegalArgumentException(
              "plan: expected smoke, quick, full, smoke-train or train, got " + name);
    };
  }
}
