package io.github.lstm4j.cli.training;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Counts right labels and right spans. */
final class TagScore {
  private final boolean spans;
  private long tokens;
  private long rightTokens;
  private long expected;
  private long found;
  private long right;

  /**
   * Starts at nothing.
   *
   * @param spans whether the labels spell spans
   */
  TagScore(boolean spans) {
    this.spans = spans;
  }

  /** Adds a sequence. */
  void add(List<String> actual, List<String> predicted) {
    for (int k = 0; k < actual.size(); k++) {
      tokens++;
      rightTokens += actual.get(k).equals(predicted.get(k)) ? 1 : 0;
    }
    if (spans) {
      Set<Spans.Span> both = new HashSet<>(Spans.of(actual));
      List<Spans.Span> answered = Spans.of(predicted);
      expected += both.size();
      found += answered.size();
      both.retainAll(answered);
      right += both.size();
    }
  }

  boolean hasSpans() {
    return spans;
  }

  double accuracy() {
    return (double) rightTokens / tokens;
  }

  /**
   * Harmonic mean of the shares of found spans that are right and of right spans that are found.
   */
  double f1() {
    return expected + found == 0 ? 1 : 2.0 * right / (expected + found);
  }
}
