package io.github.lstm4j.cli.training;

import io.github.lstm4j.Tensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The words of each text, or {@code token/label} if the labels do not cut it into words. Tokens
 * that are not characters are words already, and blanks between them would not show the cuts.
 */
final class TagLines implements TextPredictor.AnswerLines {
  private final Vocabulary labels;
  private final boolean words;

  TagLines(ModelFile model) throws IOException {
    labels = model.labels();
    words = model.tokens() == TokenKind.CHARACTERS && Spans.areWords(labels.entries());
  }

  @Override
  public List<String> of(Batch batch, List<List<String>> texts, Tensor answers) {
    int[][] best = Answers.bestPerSequence(batch, answers);
    List<String> lines = new ArrayList<>();
    for (int k = 0; k < best.length; k++) {
      List<String> predicted = Arrays.stream(best[k]).mapToObj(labels::get).toList();
      lines.add(String.join(" ", parts(texts.get(k), predicted)));
    }
    return lines;
  }

  private List<String> parts(List<String> tokens, List<String> predicted) {
    List<String> parts = new ArrayList<>();
    if (words) {
      for (Spans.Span word : Spans.of(predicted)) {
        parts.add(String.join("", tokens.subList(word.start(), word.end())));
      }
    } else {
      for (int t = 0; t < tokens.size(); t++) {
        parts.add(tokens.get(t) + "/" + predicted.get(t));
      }
    }
    return parts;
  }
}
