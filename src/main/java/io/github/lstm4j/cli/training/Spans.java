package io.github.lstm4j.cli.training;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Spans of tokens that labels spell out: B begins one, M or I goes on, E ends, S is one token, O is
 * none; a type may follow, as in {@code B-PER}. Labels that break off are read as CoNLL's scorer
 * does: what goes on without a beginning begins.
 */
final class Spans {
  /**
   * One span.
   *
   * @param start its first token
   * @param end behind its last token
   * @param type what follows the letter, or nothing
   */
  record Span(int start, int end, String type) {}

  private Spans() {}

  /** Whether all labels are of this kind, and one of them can begin a span. */
  static boolean areSpelledBy(Collection<String> labels) {
    return labels.stream().allMatch(label -> label.matches("[BMIES](-.+)?|O"))
        && labels.stream().anyMatch(label -> "BS".indexOf(label.charAt(0)) >= 0);
  }

  /** Whether they cut a sequence into words, with nothing in between. */
  static boolean areWords(Collection<String> labels) {
    return areSpelledBy(labels) && labels.stream().allMatch(label -> label.matches("[BMES]"));
  }

  /** The spans of one sequence, in order. */
  static List<Span> of(List<String> labels) {
    List<Span> spans = new ArrayList<>();
    int start = -1;
    String type = "";
    for (int k = 0; k < labels.size(); k++) {
      char letter = labels.get(k).charAt(0);
      String found = labels.get(k).substring(1);
      boolean goesOn = "MIE".indexOf(letter) >= 0 && start >= 0 && found.equals(type);
      if (start >= 0 && !goesOn) {
        spans.add(new Span(start, k, type));
        start = -1;
      }
      if (letter != 'O' && !goesOn) {
        start = k;
        type = found;
      }
      if (start >= 0 && (letter == 'E' || letter == 'S')) {
        spans.add(new Span(start, k + 1, type));
        start = -1;
      }
    }
    if (start >= 0) {
      spans.add(new Span(start, labels.size(), type));
    }
    return spans;
  }
}
