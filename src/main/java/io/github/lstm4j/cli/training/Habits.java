package io.github.lstm4j.cli.training;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which label each token has most often: what can be predicted without its neighbours. */
final class Habits {
  private final Map<String, Map<String, Integer>> counts = new HashMap<>();
  private final Map<String, Integer> all = new TreeMap<>();

  private Habits() {}

  /** Counts some of the sequences. */
  static Habits of(TaggedSequences data, int[] sequences) {
    Habits habits = new Habits();
    for (int sequence : sequences) {
      List<String> tokens = data.tokens().get(sequence);
      for (int k = 0; k < tokens.size(); k++) {
        habits.add(tokens.get(k), data.labels().get(sequence).get(k));
      }
    }
    return habits;
  }

  private void add(String token, String label) {
    counts.computeIfAbsent(token, t -> new TreeMap<>()).merge(label, 1, Integer::sum);
    all.merge(label, 1, Integer::sum);
  }

  /** The usual label of each token; of a token never seen, that of all tokens together. */
  List<String> labels(List<String> tokens) {
    return tokens.stream().map(token -> mostFrequent(counts.getOrDefault(token, all))).toList();
  }

  private static String mostFrequent(Map<String, Integer> labels) {
    return labels.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow().getKey();
  }
}
