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
 * Texts with one label each: a file of lines {@code label TAB text}. Empty lines do not count.
 *
 * @param labels one per text
 * @param texts the tokens of each text, one or more
 */
public record LabelledTexts(List<String> labels, List<List<String>> texts) {

  public static LabelledTexts read(Path file, TokenKind kind) throws IOException {
    LabelledTexts data = new LabelledTexts(new ArrayList<>(), new ArrayList<>());
    try (InputStream in = Files.newInputStream(file)) {
      TextLines lines = new TextLines(in, file.toString());
      for (String line = lines.next(); line != null; line = lines.next()) {
        if (!line.isBlank()) {
          data.add(lines, line, kind);
        }
      }
    }
    return data;
  }

  private void add(TextLines lines, String line, TokenKind kind) throws IOException {
    int tab = line.indexOf('\t');
    String label = tab < 0 ? "" : line.substring(0, tab).strip();
    List<String> tokens = kind.split(line.substring(tab + 1));
    if (label.isEmpty() || tokens.isEmpty()) {
      throw lines.bad("label TAB text", Text.quote(line));
    }
    labels.add(label);
    texts.add(tokens);
  }
}
