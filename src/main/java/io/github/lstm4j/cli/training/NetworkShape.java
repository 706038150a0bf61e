package io.github.lstm4j.cli.training;

import io.github.lstm4j.LstmConfig;
import io.github.lstm4j.Tensor;

/**
 * The layers of a network and their sizes.
 *
 * @param vocabulary how many tokens the embedding has; 0 for a network that reads numbers
 * @param lstm its input size is the embedding's width, or how many numbers a time step has
 * @param answers how many numbers the head gives
 * @param everyStep whether the head answers at every time step, or once, at a sequence's end
 */
public record NetworkShape(int vocabulary, LstmConfig lstm, int answers, boolean everyStep) {
  /** An element takes four gates of a layer's units, and a vector of the CPU more for each. */
  private static final int PADDING = 64;

  /** Elements of all sequences of a batch together whose gates and answers one tensor holds. */
  long mostElements() {
    long gates = 4L * (lstm.hiddenSize() + PADDING);
    long widest = Math.max(gates, Math.max(lstm.inputSize(), everyStep ? answers : 0));
    return Tensor.MAX_SIZE / widest;
  }

  /** What the head reads: both directions, side by side. */
  int features() {
    return lstm.numDirections() * lstm.outputSize();
  }
}
