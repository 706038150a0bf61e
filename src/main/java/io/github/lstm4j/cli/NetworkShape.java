package io.github.lstm4j.cli;

import io.github.lstm4j.LstmConfig;

/**
 * The layers of a network and their sizes.
 *
 * @param vocabulary how many tokens the embedding has; 0 for a network that reads numbers
 * @param lstm its input size is the embedding's width, or how many numbers a time step has
 * @param answers how many numbers the head gives
 * @param everyStep whether the head answers at every time step, or once, at a sequence's end
 */
record NetworkShape(int vocabulary, LstmConfig lstm, int answers, boolean everyStep) {
  /** What the head reads: both directions, side by side. */
  int features() {
    return lstm.numDirections() * lstm.outputSize();
  }
}
