package io.github.lstm4j;

import io.github.lstm4j.internal.schedule.BatchOrder;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntBinaryOperator;
import java.util.function.IntFunction;

/**
 * Sequences of different lengths without padding, as PyTorch's {@code PackedSequence}: sequences
 * sorted from the longest to the shortest, their first elements side by side, then their second
 * elements ...
 *
 * <p>Immutable but for the elements of {@link #data}. Closing it closes {@link #data}.
 */
public final class PackedSequence implements AutoCloseable {
  private final Tensor data;
  private final int[] batchSizes;
  private final int[] sortedIndices;

  private PackedSequence(Tensor data, int[] batchSizes, int[] sortedIndices) {
    this.data = data;
    this.batchSizes = batchSizes;
    this.sortedIndices = sortedIndices;
  }

  /**
   * Packs data that already lies in packed order.
   *
   * @param data {@code [sum of batchSizes, features]}; shared
   * @param batchSizes how many sequences are longer than {@code t}, for every {@code t}; not
   *     increasing, 1 or more. Copied.
   * @param sortedIndices which sequence of the caller's batch each packed row is (states are in the
   *     caller's order), or null if the caller's order is the packed one. Copied.
   * @throws IllegalArgumentException if the sizes do not fit together
   */
  public static PackedSequence of(Tensor data, int[] batchSizes, int[] sortedIndices) {
    Checks.notNull("data", data);
    Checks.notNull("batchSizes", batchSizes);
    return ofOwn(data, batchSizes.clone(), sortedIndices == null ? null : sortedIndices.clone());
  }

  /** The arrays are nobody else's: what was checked stays so. */
  private static PackedSequence ofOwn(Tensor data, int[] batchSizes, int[] sortedIndices) {
    long total = 0;
    for (int t = 0; t < batchSizes.length; t++) {
      if (batchSizes[t] < 1 || (t > 0 && batchSizes[t] > batchSizes[t - 1])) {
        throw new IllegalArgumentException(
            "batchSizes: expected 1 or more and never more than the step before, got "
                + batchSizes[t]
                + " at step "
                + t);
      }
      total += batchSizes[t];
    }
    if (data.rank() != 2 || data.dim(0) != total) {
      throw new IllegalArgumentException(
          "data: expected shape ["
              + total
              + ", features] for the batchSizes, got "
              + Checks.text(data.sharedShape()));
    }
    int batch = batchSizes.length == 0 ? 0 : batchSizes[0];
    if (sortedIndices != null) {
      requirePermutation(sortedIndices, batch);
    }
    return new PackedSequence(data, batchSizes, sortedIndices);
  }

  /**
   * Packs a padded batch: PyTorch's {@code pack_padded_sequence}. Padding is not read.
   *
   * @param input {@code [T, B, features]}, or {@code [B, T, features]} if {@code batchFirst}; read
   * @param lengths one per sequence, from 1 to {@code T}; read
   * @param batchFirst how {@code input} is laid out
   * @param enforceSorted promise that lengths do not increase; with false, any order is accepted
   * @return a new packed sequence with memory of its own
   * @throws IllegalArgumentException if a length is outside 1..T, or out of order although sorted
   *     order was promised, or the result would be larger than a tensor can be
   */
  public static PackedSequence pack(
      Tensor input, int[] lengths, boolean batchFirst, boolean enforceSorted) {
    Checks.notNull("input", input);
    if (input.rank() != 3) {
      throw new IllegalArgumentException(
          "input: expected rank 3, "
              + (batchFirst ? "[B, T, features]" : "[T, B, features]")
              + ", got shape "
              + Checks.text(input.sharedShape()));
    }
    int steps = input.dim(batchFirst ? 1 : 0);
    int batch = input.dim(batchFirst ? 0 : 1);
    int width = input.dim(2);
    int longest = Checks.lengths(lengths, batch, steps);
    if (enforceSorted) {
      Checks.sorted(lengths);
    }
    PackedSequence packed =
        gather(
            lengths,
            longest,
            width,
            b -> input,
            (b, t) -> batchFirst ? b * steps + t : t * batch + b);
    return enforceSorted ? new PackedSequence(packed.data, packed.batchSizes, null) : packed;
  }

  /**
   * Packs separate sequences: PyTorch's {@code pack_sequence}, in any order of length.
   *
   * @param sequences each {@code [its length, features]}, length 1 or more; read
   * @return a new packed sequence with memory of its own
   * @throws IllegalArgumentException if the list is empty, the shapes do not fit together, or the
   *     result would be larger than a tensor can be
   */
  public static PackedSequence pack(List<Tensor> sequences) {
    Checks.notNull("sequences", sequences);
    if (sequences.isEmpty()) {
      throw new IllegalArgumentException("sequences: expected 1 or more, got none");
    }
    Checks.notNull("sequences[0]", sequences.get(0));
    int width = sequences.get(0).rank() == 2 ? sequences.get(0).dim(1) : -1;
    int[] lengths = new int[sequences.size()];
    int longest = 0;
    for (int b = 0; b < lengths.length; b++) {
      Tensor sequence = sequences.get(b);
      Checks.notNull("sequences[" + b + "]", sequence);
      if (sequence.rank() != 2 || sequence.dim(1) != width || sequence.dim(0) < 1) {
        throw new IllegalArgumentException(
            "sequences["
                + b
                + "]: expected shape [length >= 1, "
                + (width < 0 ? "features" : width)
                + "], got "
                + Checks.text(sequence.sharedShape()));
      }
      lengths[b] = sequence.dim(0);
      longest = Math.max(longest, lengths[b]);
    }
    return gather(lengths, longest, width, sequences::get, (b, t) -> t);
  }

  /**
   * Copies rows into packed order.
   *
   * @param tensor which tensor holds a sequence
   * @param row which row of it is the sequence's element at a time step
   */
  private static PackedSequence gather(
      int[] lengths, int longest, int width, IntFunction<Tensor> tensor, IntBinaryOperator row) {
    long total = Arrays.stream(lengths).asLongStream().sum();
    if (total > Tensor.MAX_SIZE) {
      throw new IllegalArgumentException(
          "lengths: expected at most "
              + Tensor.MAX_SIZE
              + " time steps of all sequences together, got "
              + total);
    }
    int[] order = new int[lengths.length];
    int[] sizes = new int[longest + 1];
    BatchOrder.sort(lengths, lengths.length, longest, order, sizes);
    int[] batchSizes = Arrays.copyOf(sizes, longest);
    Tensor data = Tensor.allocate((int) total, width);
    int to = 0;
    for (int t = 0; t < longest; t++) {
      for (int r = 0; r < batchSizes[t]; r++, to++) {
        int from = row.applyAsInt(order[r], t);
        data.floats().copyFrom(tensor.apply(order[r]).floats(), from * width, to * width, width);
      }
    }
    return new PackedSequence(data, batchSizes, order);
  }

  /**
   * Unpacks into a padded batch: PyTorch's {@code pad_packed_sequence}.
   *
   * @param batchFirst layout of the result
   * @param paddingValue what to write behind each sequence's end
   * @return {@code [T, B, features]} or {@code [B, T, features]} in the caller's order, {@code T}
   *     being the longest length; a new tensor
   */
  public Tensor pad(boolean batchFirst, float paddingValue) {
    return pad(batchFirst, paddingValue, batchSizes.length);
  }

  /**
   * Unpacks into a padded batch of a given length: PyTorch's {@code total_length}.
   *
   * @param batchFirst layout of the result
   * @param paddingValue what to write behind each sequence's end
   * @param totalLength {@code T} of the result, the longest length or more
   * @return as {@link #pad(boolean, float)}
   * @throws IllegalArgumentException if a sequence is longer
   */
  public Tensor pad(boolean batchFirst, float paddingValue, int totalLength) {
    if (totalLength < batchSizes.length) {
      throw new IllegalArgumentException(
          "totalLength: expected the longest length, "
              + batchSizes.length
              + ", or more, got "
              + totalLength);
    }
    int steps = totalLength;
    int batch = batchSize();
    int width = data.dim(1);
    Tensor padded =
        batchFirst ? Tensor.allocate(batch, steps, width) : Tensor.allocate(steps, batch, width);
    padded.fill(paddingValue);
    int from = 0;
    for (int t = 0; t < batchSizes.length; t++) {
      for (int r = 0; r < batchSizes[t]; r++, from++) {
        int b = sortedIndices == null ? r : sortedIndices[r];
        int to = batchFirst ? b * steps + t : t * batch + b;
        padded.floats().copyFrom(data.floats(), from * width, to * width, width);
      }
    }
    return padded;
  }

  /** Returns {@code [sum of lengths, features]}, the tensor itself. */
  public Tensor data() {
    return data;
  }

  /** Returns a copy of the number of sequences that reach each time step. */
  public int[] batchSizes() {
    return batchSizes.clone();
  }

  /**
   * Returns a copy of which sequence each packed row is, or null if they are in the caller's order.
   */
  public int[] sortedIndices() {
    return sortedIndices == null ? null : sortedIndices.clone();
  }

  /** Returns the number of sequences, {@code B}. */
  public int batchSize() {
    return batchSizes.length == 0 ? 0 : batchSizes[0];
  }

  /** Returns the lengths in the caller's order. */
  public int[] lengths() {
    int[] lengths = new int[batchSize()];
    for (int size : batchSizes) {
      for (int r = 0; r < size; r++) {
        lengths[sortedIndices == null ? r : sortedIndices[r]]++;
      }
    }
    return lengths;
  }

  /** Returns other data, of as many rows, under the same geometry; no arrays are copied. */
  public PackedSequence withData(Tensor other) {
    Checks.notNull("data", other);
    if (other.rank() != 2 || other.dim(0) != data.dim(0)) {
      throw new IllegalArgumentException(
          "data: expected shape ["
              + data.dim(0)
              + ", features], got "
              + Checks.text(other.sharedShape()));
    }
    return new PackedSequence(other, batchSizes, sortedIndices);
  }

  /** Closes {@link #data}. */
  @Override
  public void close() {
    data.close();
  }

  /** Returns for example {@code PackedSequence(3 sequences, 5 steps, data [11, 10])}. */
  @Override
  public String toString() {
    return "PackedSequence("
        + batchSize()
        + " sequences, "
        + batchSizes.length
        + " steps, data "
        + Checks.text(data.sharedShape())
        + ")";
  }

  int[] sharedBatchSizes() {
    return batchSizes;
  }

  int[] sharedSortedIndices() {
    return sortedIndices;
  }

  private static void requirePermutation(int[] indices, int batch) {
    boolean[] seen = new boolean[batch];
    boolean valid = indices.length == batch;
    for (int k = 0; valid && k < batch; k++) {
      valid = indices[k] >= 0 && indices[k] < batch && !seen[indices[k]];
      if (valid) {
        seen[indices[k]] = true;
      }
    }
    if (!valid) {
      throw new IllegalArgumentException(
          "sortedIndices: expected each of 0.."
              + (batch - 1)
              + " once, got "
              + Checks.text(indices));
    }
  }
}
