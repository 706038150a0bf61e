package io.github.lstm4j.cli.training;

import io.github.lstm4j.cli.common.Text;
import io.github.lstm4j.cli.common.TextLines;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Sequences with one label per token: a file of lines {@code token TAB label}, as CoNLL's, with an
 * empty line between two sequences.
 *
 * @param tokens of each sequence, one or more
 * @param labels of each sequence, one per token
 */
public record TaggedSequences(List<List<String>> tokens, List<List<String>> labels) {

  public static TaggedSequences read(Path file) throws IOException {
    TaggedSequences data = new TaggedSequences(new ArrayList<>(), new ArrayList<>());
    try (InputStream in = Files.newInputStream(file)) {
      TextLines lines = new TextLines(in, file.toString());
      boolean inside = false;
      for (String line = lines.next(); line != null; line = lines.next()) {
        if (line.isBlank()) {
          inside = false;
          continue;
        }
        if (!inside) {
          data.tokens.add(new ArrayList<>());
          data.labels.add(new ArrayList<>());
          inside = true;
        }
        data.add(lines, line);
      }
    }
    return data;
  }

  private void add(TextLines lines, String line) throws IOException {
    String[] cells = line.split("\t", -1);
    if (cells.length != 2 || cells[0].isBlank() || cells[1].isBlank()) {
      throw lines.bad("token TAB label, or an empty line", Text.quote(line));
    }
    if (cells[0].strip().codePoints().anyMatch(Character::isWhitespace)) {
      throw lines.bad("a token without blanks, where predict would split it", Text.quote(line));
    }
    int last = tokens.size() - 1;
    tokens.get(last).add(cells[0].strip());
    labels.get(last).add(cells[1].strip());
  }

  /** What a line of text has to be split into to become tokens like these. */
  public TokenKind kind() {
    boolean characters =
        tokens.stream().flatMap(List::stream).allMatch(t -> t.codePointCount(0, t.length()) == 1);
    return characters ? TokenKind.CHARACTERS : TokenKind.WORDS;
  }
}
