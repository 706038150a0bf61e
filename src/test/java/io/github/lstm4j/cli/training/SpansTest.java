package io.github.lstm4j.cli.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpansTest {
  private static List<String> labels(String text) {
    return Arrays.asList(text.split(" "));
  }

  /** What each row should give was worked out by hand, with conlleval's rules for broken ones. */
  @ParameterizedTest
  @CsvSource({
    "B E S B M E, 0-2 2-3 3-6",
    "S S, 0-1 1-2",
    "B-PER I-PER O B-LOC, 0-2-PER 3-4-LOC",
    "B-PER B-PER I-PER, 0-1-PER 1-3-PER",
    "I-PER I-PER O I-LOC, 0-2-PER 3-4-LOC",
    "B-PER I-LOC, 0-1-PER 1-2-LOC",
    "E M B S, 0-1 1-2 2-3 3-4",
    "B M S, 0-2 2-3",
    "O O, ''",
  })
  void spans(String labels, String expected) {
    String found =
        Spans.of(labels(labels)).stream()
            .map(span -> span.start() + "-" + span.end() + span.type())
            .collect(Collectors.joining(" "));
    assertEquals(expected, found);
  }

  @Test
  void whichLabelsSpellSpans() {
    assertTrue(Spans.areSpelledBy(labels("B M E S")));
    assertTrue(Spans.areSpelledBy(labels("O B-PER I-PER")));
    assertFalse(Spans.areSpelledBy(labels("NOUN VERB")));
    assertFalse(Spans.areSpelledBy(labels("O")));
    assertTrue(Spans.areWords(labels("B E S")));
    assertFalse(Spans.areWords(labels("B I O")));
  }

  @Test
  void f1CountsWholeSpans() {
    TagScore score = new TagScore(true);
    score.add(labels("B E S B M E"), labels("B E S B E S"));
    assertEquals(4.0 / 6, score.accuracy());
    // Of 3 spans 2 are found, and 4 were answered: precision 2/4, recall 2/3.
    assertEquals(2 * (2.0 / 4) * (2.0 / 3) / (2.0 / 4 + 2.0 / 3), score.f1(), 1e-15);
  }

  @Test
  void habitsAreTheMostFrequentLabels() {
    TaggedSequences data =
        new TaggedSequences(
            List.of(labels("a b a"), labels("a c"), labels("b b")),
            List.of(labels("X Y Z"), labels("X Z"), labels("X X")));
    Habits habits = Habits.of(data, new int[] {0, 1});
    assertEquals(List.of("X", "Y", "Z"), habits.labels(List.of("a", "b", "c")));
    TaggedSequences clear = new TaggedSequences(List.of(labels("a b")), List.of(labels("X X")));
    assertEquals(List.of("X"), Habits.of(clear, new int[] {0}).labels(List.of("never seen")));
  }
}
