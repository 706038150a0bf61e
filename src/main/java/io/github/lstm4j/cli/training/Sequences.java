package io.github.lstm4j.cli.training;

import java.util.List;

/**
 * Sequences of numbers that stand for tokens or labels.
 *
 * @param indices {@code indices[sequence][step]}
 */
record Sequences(int[][] indices) {
  static Sequences of(List<List<String>> strings, Vocabulary vocabulary) {
    return new Sequences(strings.stream().map(vocabulary::indices).toArray(int[][]::new));
  }

  int length(int sequence) {
    return indices[sequence].length;
  }

  /** Those of a batch, in packed order. */
  int[] packed(Batch batch) {
    int[] packed = new int[batch.rows()];
    batch.forEach((row, sequence, step) -> packed[row] = indices[batch.examples()[sequence]][step]);
    return packed;
  }
}
