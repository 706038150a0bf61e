package io.github.lstm4j.cli.training;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.util.List;
import java.util.Map;

/** Some sequences with the predicted labels: right ones grey, wrong ones red. */
final class TaggedText implements Panel {
  private static final int SEQUENCES = 8;
  private static final int MARGIN = 20;
  private static final int GAP = 12;
  private static final Color WRONG = new Color(0xc01818);

  private final TaggedSequences data;
  private final Map<Integer, List<String>> answers;

  /**
   * Keeps what will be drawn.
   *
   * @param answers labels by sequence
   */
  TaggedText(TaggedSequences data, Map<Integer, List<String>> answers) {
    this.data = data;
    this.answers = answers;
  }

  @Override
  public void paint(Graphics2D graphics, int width, int height) {
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.setColor(Color.BLACK);
    graphics.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 14));
    graphics.drawString(
        "Validation sequences and predicted labels (red: wrong, the actual one in brackets)",
        MARGIN,
        24);
    graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14));
    int y = 56;
    int step = (height - y) / SEQUENCES;
    for (int sequence : answers.keySet().stream().limit(SEQUENCES).toList()) {
      line(graphics, sequence, y, width - MARGIN);
      y += step;
    }
  }

  /** One sequence, as far as there is room: tokens, and under each its label. */
  private void line(Graphics2D graphics, int sequence, int y, int end) {
    int x = MARGIN;
    int lineHeight = graphics.getFontMetrics().getHeight();
    List<String> tokens = data.tokens().get(sequence);
    for (int t = 0; t < tokens.size(); t++) {
      String predicted = answers.get(sequence).get(t);
      String actual = data.labels().get(sequence).get(t);
      String label = predicted.equals(actual) ? predicted : predicted + " (" + actual + ")";
      int wide =
          Math.max(
              graphics.getFontMetrics().stringWidth(tokens.get(t)),
              graphics.getFontMetrics().stringWidth(label));
      if (x + wide > end) {
        return;
      }
      graphics.setColor(Color.BLACK);
      graphics.drawString(tokens.get(t), x, y);
      graphics.setColor(predicted.equals(actual) ? Color.GRAY : WRONG);
      graphics.drawString(label, x, y + lineHeight);
      x += wide + GAP;
    }
  }
}
