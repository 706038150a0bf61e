package io.github.lstm4j.benchmarks.study;

import java.util.Comparator;
import java.util.List;

/** The order of tables and charts: ours from the fastest to the plainest, then the peers. */
final class EngineOrder {
  private static final List<String> OURS =
      List.of(EngineSpec.HEADLINE, "lstm4j-native-gemm", "lstm4j-vector", "lstm4j-java");

  private EngineOrder() {}

  static List<String> sorted(List<String> labels) {
    return labels.stream().sorted(Comparator.comparingInt(EngineOrder::rank)).toList();
  }

  private static int rank(String label) {
    int same = OURS.indexOf(label.replaceAll("-jdk\\d+$", ""));
    return same < 0 ? OURS.size() : same; // the sort is stable: peers stay as they ran
  }
}
