package io.github.lstm4j.examples.longmemory;

import io.github.lstm4j.Tensor;
import io.github.lstm4j.train.CounterRandom;

/**
 * The adding problem (Hochreiter and Schmidhuber 1997, in the form of Le, Jaitly and Hinton 2015):
 * at every step a number from [0, 1) and a mark, which is 1 at one step of the first half and at
 * one of the second half, and else 0. The answer is the sum of the two marked numbers.
 */
final class AddingProblem {
  /** Numbers per step: the number to add and its mark. */
  static final int INPUT = 2;

  /** The mean squared error of always answering 1: twice the variance of a number, 2/12. */
  static final double BASELINE = 1.0 / 6;

  private AddingProblem() {}

  /**
   * Makes a batch: a function of the seed and the number of the batch alone.
   *
   * @param x {@code [T, B, 2]} with T of 2 or more; written
   * @param y {@code [B, 1]}; written
   */
  static void fill(long seed, long number, Tensor x, Tensor y) {
    int steps = x.dim(0);
    int batch = x.dim(1);
    float[] inputs = new float[x.size()];
    float[] answers = new float[batch];
    for (int row = 0; row < batch; row++) {
      long sequence = CounterRandom.bits(CounterRandom.bits(seed, number), row);
      for (int t = 0; t < steps; t++) {
        inputs[(t * batch + row) * INPUT] = (float) CounterRandom.uniform(sequence, t);
      }
      int half = steps / 2;
      int first = (int) (half * CounterRandom.uniform(sequence, steps));
      int second = half + (int) ((steps - half) * CounterRandom.uniform(sequence, steps + 1L));
      for (int t : new int[] {first, second}) {
        inputs[(t * batch + row) * INPUT + 1] = 1;
        answers[row] += inputs[(t * batch + row) * INPUT];
      }
    }
    x.copyFrom(inputs);
    y.copyFrom(answers);
  }
}
