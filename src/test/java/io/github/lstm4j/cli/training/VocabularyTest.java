package io.github.lstm4j.cli.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class VocabularyTest {
  private static final List<List<String>> TEXTS =
      List.of(List.of("b", "a", "c"), List.of("a", "b", "a"), List.of("𝄞", "𝄞", " ", " "));

  @Test
  void theMostFrequentTokensComeFirstAndRareOnesAreUnknown() {
    Vocabulary vocabulary = Vocabulary.ofTokens(TEXTS, 2);
    assertEquals(List.of("<unk>", "a", " ", "b", "𝄞"), vocabulary.entries());
    assertArrayEquals(
        new int[] {1, 0, 0, 4}, vocabulary.indices(List.of("a", "c", "never seen", "𝄞")));
    assertEquals(6, Vocabulary.ofTokens(TEXTS, 1).size());
  }

  @Test
  void textBringsTheSameBack() {
    Vocabulary vocabulary = Vocabulary.ofTokens(TEXTS, 1);
    Vocabulary again = Vocabulary.ofText(vocabulary.toText());
    assertEquals(vocabulary.entries(), again.entries());
    assertEquals(vocabulary.index("c"), again.index("c"));
    assertEquals(0, again.index("d"));
  }

  @Test
  void aTokenCalledLikeTheUnknownOneIsUnknown() {
    Vocabulary vocabulary = Vocabulary.ofTokens(List.of(List.of("<unk>", "<unk>", "x")), 1);
    assertEquals(List.of("<unk>", "x"), vocabulary.entries());
    assertEquals(0, vocabulary.index("<unk>"));
  }

  @Test
  void tokensThatNoModelFileHoldsAreRefusedBeforeAnyTraining() {
    List<String> tokens = List.of("a".repeat(2 << 20), "b".repeat(2 << 20));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Vocabulary.ofTokens(List.of(tokens), 1));
    assertEquals(
        "vocabulary: expected at most 4194304 characters in all different tokens, got 4194311 in 3;"
            + " a higher --min-count leaves rare ones out",
        e.getMessage());
    assertEquals(1, Vocabulary.ofTokens(List.of(tokens), 2).size());
  }

  @Test
  void labelsThatNoModelFileHoldsAreRefusedToo() {
    List<String> texts = List.of("a".repeat(2 << 20), "b".repeat(2 << 20));
    String message =
        assertThrows(IllegalArgumentException.class, () -> Vocabulary.ofLabels(texts)).getMessage();
    assertTrue(message.startsWith("labels: expected at most 4194304 characters"), message);
    assertTrue(
        message.endsWith("got 4194305 in 2; is the text in the place of the label?"), message);
  }

  /** Their square would take 15 GB. */
  @Test
  void sixtyThousandLabelsCanBeConfused() {
    List<String> texts = IntStream.range(0, 60_000).mapToObj(Integer::toString).toList();
    ConfusionMatrix matrix = new ConfusionMatrix(Vocabulary.ofLabels(texts));
    matrix.add(59_999, 59_999);
    matrix.add(59_999, 0);
    matrix.add(0, 59_999);
    matrix.add(0, 59_999);
    assertEquals(2, matrix.count(0, 59_999));
    assertEquals(1, matrix.count(59_999, 0));
    assertEquals(0, matrix.count(1, 1));
    assertEquals(4, matrix.total());
    assertEquals(0.25, matrix.accuracy());
    assertEquals(0.5, matrix.accuracyOf(0));
    assertEquals(0, matrix.accuracyOf(1));
  }

  @Test
  void labelsAreSorted() {
    Vocabulary labels = Vocabulary.ofLabels(List.of("S", "B", "S", "E"));
    assertEquals(List.of("B", "E", "S"), labels.entries());
    assertEquals(2, labels.index("S"));
  }

  @Test
  void charactersAreCodePointsAndWordsStandBetweenBlanks() {
    assertEquals(List.of("𝄞", " ", "é"), TokenKind.CHARACTERS.split(" 𝄞 é\t"));
    assertEquals(List.of("two", "words"), TokenKind.WORDS.split("  two \t words "));
    assertEquals(List.of("漢", "字"), TokenKind.WORDS.split("\u3000漢\u3000字\u2003"));
    assertEquals(List.of(), TokenKind.WORDS.split(" \t"));
    assertEquals(List.of(), TokenKind.CHARACTERS.split(" "));
  }
}
