package io.github.lstm4j.cli.training;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Strings and the indices that stand for them, in both directions. A vocabulary of tokens is open:
 * index 0 stands for every token that has none of its own. One of labels is closed.
 */
final class Vocabulary {
  /** How the unknown token is listed. */
  static final String UNKNOWN = "<unk>";

  /** What {@code Safetensors} takes as one value of the metadata: docs/formats.md. */
  private static final int MOST_CHARACTERS = 4 << 20;

  private final List<String> entries;
  private final Map<String, Integer> indices = new HashMap<>();

  private Vocabulary(List<String> entries) {
    this.entries = List.copyOf(entries);
    for (int k = 0; k < entries.size(); k++) {
      indices.put(entries.get(k), k);
    }
  }

  /**
   * The tokens of some sequences, the most frequent first.
   *
   * @param minimum tokens seen less often are left out. With 2 or more some tokens are unknown
   *     while training, so that the unknown token learns something.
   * @throws IllegalArgumentException if they are too many for a model file: training would end at
   *     its first model
   */
  static Vocabulary ofTokens(Collection<List<String>> sequences, int minimum) {
    Map<String, Integer> counts = new TreeMap<>();
    sequences.forEach(tokens -> tokens.forEach(token -> counts.merge(token, 1, Integer::sum)));
    counts.remove(UNKNOWN);
    List<String> entries = new ArrayList<>();
    entries.add(UNKNOWN);
    counts.entrySet().stream()
        .filter(e -> e.getValue() >= minimum)
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .forEach(e -> entries.add(e.getKey()));
    return new Vocabulary(entries)
        .checked("vocabulary", "tokens", "a higher --min-count leaves rare ones out");
  }

  /**
   * Labels, each once, in the order of their characters.
   *
   * @throws IllegalArgumentException if they are too many for a model file
   */
  static Vocabulary ofLabels(Collection<String> labels) {
    return new Vocabulary(new ArrayList<>(new TreeSet<>(labels)))
        .checked("labels", "labels", "is the text in the place of the label?");
  }

  private Vocabulary checked(String name, String what, String advice) {
    long characters = toText().length();
    if (characters > MOST_CHARACTERS) {
      throw new IllegalArgumentException(
          name
              + ": expected at most "
              + MOST_CHARACTERS
              + " characters in all different "
              + what
              + ", got "
              + characters
              + " in "
              + entries.size()
              + "; "
              + advice);
    }
    return this;
  }

  /** Reads what {@link #toText} wrote. */
  static Vocabulary ofText(String text) {
    return new Vocabulary(List.of(text.split("\n", -1)));
  }

  /** All entries in order, a line each: no entry holds a line break, because files have lines. */
  String toText() {
    return String.join("\n", entries);
  }

  int size() {
    return entries.size();
  }

  List<String> entries() {
    return entries;
  }

  String get(int index) {
    return entries.get(index);
  }

  /** The index of an entry, else of the unknown token, which a vocabulary of labels lacks. */
  int index(String entry) {
    Integer index = indices.get(entry);
    return index != null ? index : indices.get(UNKNOWN);
  }

  int[] indices(List<String> strings) {
    return strings.stream().mapToInt(this::index).toArray();
  }
}
