package io.github.lstm4j.cli.training;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import javax.imageio.ImageIO;

/** Draws panels, one above the other. */
final class Picture {
  private static final int WIDTH = 1000;

  private Picture() {}

  /** The picture as PNG. */
  static byte[] png(List<Panel> panels) {
    int height = panels.stream().mapToInt(Panel::height).sum();
    BufferedImage image = new BufferedImage(WIDTH, height, BufferedImage.TYPE_INT_RGB);
    int top = 0;
    for (Panel panel : panels) {
      Graphics2D graphics = image.createGraphics();
      graphics.setColor(Color.WHITE);
      graphics.translate(0, top);
      graphics.fillRect(0, 0, WIDTH, panel.height());
      panel.paint(graphics, WIDTH, panel.height());
      graphics.dispose();
      top += panel.height();
    }
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    try {
      ImageIO.setUseCache(false); // no temporary file for a picture in memory
      ImageIO.write(image, "png", png);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return png.toByteArray();
  }
}
