package io.github.lstm4j;

import java.util.Arrays;

/**
 * The checks at the door. Every failure is an {@link IllegalArgumentException} that names the
 * argument, the shape expected with its numbers, and what was given. No check allocates unless it
 * fails.
 */
final class Checks {
  private Checks() {}

  static void shape(String name, Tensor tensor, int[] expected) {
    if (!Arrays.equals(tensor.sharedShape(), expected)) {
      throw mismatch(name, expected, tensor);
    }
    usable(tensor);
  }

  static void shape(String name, Tensor tensor, int d0) {
    int[] shape = tensor.sharedShape();
    if (shape.length != 1 || shape[0] != d0) {
      throw mismatch(name, new int[] {d0}, tensor);
    }
    usable(tensor);
  }

  static void shape(String name, Tensor tensor, int d0, int d1) {
    int[] shape = tensor.sharedShape();
    if (shape.length != 2 || shape[0] != d0 || shape[1] != d1) {
      throw mismatch(name, new int[] {d0, d1}, tensor);
    }
    usable(tensor);
  }

  static void shape(String name, Tensor tensor, int d0, int d1, int d2) {
    int[] shape = tensor.sharedShape();
    if (shape.length != 3 || shape[0] != d0 || shape[1] != d1 || shape[2] != d2) {
      throw mismatch(name, new int[] {d0, d1, d2}, tensor);
    }
    usable(tensor);
  }

  /** Returns the longest length, 0 for an empty batch. */
  static int lengths(int[] lengths, int batch, int steps) {
    notNull("lengths", lengths);
    if (lengths.length != batch) {
      throw new IllegalArgumentException(
          "lengths: expected " + batch + " (one per sequence), got " + lengths.length);
    }
    if (batch > 0 && steps == 0) {
      throw new IllegalArgumentException(
          "input: expected at least 1 time step, as lengths are 1 or more, got 0");
    }
    int longest = 0;
    for (int b = 0; b < batch; b++) {
      if (lengths[b] < 1 || lengths[b] > steps) {
        throw new IllegalArgumentException(
            "lengths["
                + b
                + "]: expected 1.."
                + steps
                + " (the input's time steps), got "
                + lengths[b]);
      }
      longest = Math.max(longest, lengths[b]);
    }
    return longest;
  }

  static void sorted(int[] lengths) {
    for (int b = 1; b < lengths.length; b++) {
      if (lengths[b] > lengths[b - 1]) {
        throw new IllegalArgumentException(
            "lengths: expected descending order (enforceSorted), got "
                + lengths[b]
                + " after "
                + lengths[b - 1]
                + " at index "
                + b);
      }
    }
  }

  /**
   * Fails if a tensor was closed, or an arena that its memory is of.
   *
   * @throws IllegalStateException if so
   */
  static void usable(Tensor tensor) {
    tensor.floats().requireAlive();
  }

  static void notNull(String name, Object value) {
    if (value == null) {
      throw new IllegalArgumentException(name + ": expected a value, got null");
    }
  }

  /** Output memory of another argument's would be read after it was overwritten. */
  static void notSameMemory(String name, Tensor tensor, String otherName, Tensor other) {
    if (tensor.sharesMemory(other)) {
      throw new IllegalArgumentException(
          name + ": expected memory of its own, got the memory of " + otherName);
    }
  }

  /** Rows of one packing mean other time steps in another. */
  static void samePacking(String name, PackedSequence expected, PackedSequence actual) {
    if (!Arrays.equals(expected.sharedBatchSizes(), actual.sharedBatchSizes())
        || !Arrays.equals(expected.sharedSortedIndices(), actual.sharedSortedIndices())) {
      throw new IllegalArgumentException(
          name
              + ": expected the batchSizes and sortedIndices of the input (input.withData(..) makes"
              + " it), "
              + expected
              + ", got others, "
              + actual);
    }
  }

  static IllegalArgumentException mismatch(String name, int[] expected, Tensor actual) {
    return new IllegalArgumentException(
        name + ": expected shape " + text(expected) + ", got " + text(actual.sharedShape()));
  }

  static String text(int[] shape) {
    return Arrays.toString(shape);
  }
}
