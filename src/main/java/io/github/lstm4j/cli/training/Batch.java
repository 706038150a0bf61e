package io.github.lstm4j.cli.training;

import java.util.Arrays;
import java.util.Comparator;
import java.util.function.IntUnaryOperator;

/**
 * Examples that run together, packed as PyTorch's PackedSequence: the longest first; all first
 * elements side by side, then all second elements ... There is no padding.
 *
 * @param examples which they are, the longest first
 * @param sizes how many of them are longer than {@code t}, for every {@code t}
 */
record Batch(int[] examples, int[] sizes) {

  /** What is done with one element: its row in packed order, which sequence of the batch, when. */
  interface Element {
    void at(int row, int sequence, int step);
  }

  /**
   * Packs some examples.
   *
   * @param examples in any order; read
   * @param length of an example, 1 or more
   */
  static Batch of(int[] examples, IntUnaryOperator length) {
    int[] order =
        Arrays.stream(examples)
            .boxed()
            .sorted(Comparator.comparing(k -> -length.applyAsInt(k)))
            .mapToInt(k -> k)
            .toArray();
    int[] sizes = new int[order.length == 0 ? 0 : length.applyAsInt(order[0])];
    for (int example : order) {
      for (int t = 0; t < length.applyAsInt(example); t++) {
        sizes[t]++;
      }
    }
    return new Batch(order, sizes);
  }

  /** How many examples there are. */
  int count() {
    return examples.length;
  }

  /** How many elements they have together. */
  int rows() {
    return Arrays.stream(sizes).sum();
  }

  void forEach(Element element) {
    int row = 0;
    for (int t = 0; t < sizes.length; t++) {
      for (int k = 0; k < sizes[t]; k++) {
        element.at(row++, k, t);
      }
    }
  }
}
