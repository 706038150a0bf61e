package io.github.lstm4j.cli.training;

import io.github.lstm4j.Tensor;

/**
 * The last layer's {@code h} at the end of each sequence: part of the state {@code h [L·D, B, H]},
 * and as rows {@code [B, D·H]}, both directions side by side.
 */
final class FinalState {
  private FinalState() {}

  /** Copies from the state to rows. */
  static void toRows(Tensor h, Tensor rows) {
    int width = h.dim(2);
    forEach(h, rows, (at, row) -> rows.data().put(row, h.data(), at, width));
  }

  /** Copies from rows to the state; the other layers' part becomes zero. */
  static void toState(Tensor rows, Tensor h) {
    int width = h.dim(2);
    h.fill(0);
    forEach(h, rows, (at, row) -> h.data().put(at, rows.data(), row, width));
  }

  private interface Copy {
    /** Copies the numbers of one sequence and direction, which begin at these indices. */
    void between(int state, int row);
  }

  private static void forEach(Tensor h, Tensor rows, Copy copy) {
    int batch = h.dim(1);
    int width = h.dim(2);
    int directions = rows.dim(1) / width;
    int at = h.size() - rows.size();
    for (int d = 0; d < directions; d++) {
      for (int b = 0; b < batch; b++, at += width) {
        copy.between(at, (b * directions + d) * width);
      }
    }
  }
}
