package io.github.lstm4j.cli.training;

import java.awt.Graphics2D;

/** A part of a picture. */
interface Panel {
  /** Draws into the rectangle from (0, 0) to (width, height), whose background is white. */
  void paint(Graphics2D graphics, int width, int height);

  /** How many pixels high it wants to be. */
  default int height() {
    return 480;
  }
}
