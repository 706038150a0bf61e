package io.github.lstm4j.cli.training;

import java.util.List;
import java.util.Locale;

/** What a line of text is a sequence of. */
public enum TokenKind {
  /** Unicode characters (code points), the blanks between words included. */
  CHARACTERS(""),
  /** What stands between white space. */
  WORDS(" ");

  /** What stands between two tokens of a text. */
  private final String separator;

  TokenKind(String separator) {
    this.separator = separator;
  }

  List<String> split(String text) {
    String line = text.strip();
    if (line.isEmpty()) {
      return List.of();
    }
    return this == WORDS
        ? List.of(line.split("(?U)\\s+")) // Unicode's: also those of Chinese and Japanese
        : line.codePoints().mapToObj(Character::toString).toList();
  }

  String join(List<String> tokens) {
    return String.join(separator, tokens);
  }

  /** The name in a model's metadata, and on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
