package io.github.lstm4j.benchmarks.study;

import java.util.Map;

/**
 * One cell of the study: a benchmark method, an engine or part, and its parameters.
 *
 * @param method full name of the benchmark method
 * @param rounds how many forks it gets
 */
record Task(EngineSpec engine, String method, Map<String, String> params, int rounds) {
  String shape() {
    return params.getOrDefault("shape", "");
  }

  /** Returns for example {@code libtorch, Training.step at 50x32x256x256}. */
  @Override
  public String toString() {
    return engine.label() + ", " + Fork.name(method) + " at " + shape();
  }
}
