package io.github.lstm4j.internal.kernels;

/**
 * Which rows exist at which time step: the geometry of PyTorch's packed sequences.
 *
 * <p>Step {@code t} has {@link #count count(t)} rows, never more than the step before, stored one
 * behind the other; the steps follow each other. A dense {@code [T, B, ..]} array is the case in
 * which every step has {@code B} rows. Row {@code r} of every step belongs to the same sequence.
 *
 * <p>Mutable so that one object serves all calls of a workspace; arrays only grow.
 */
public final class Rows {
  private int steps;
  private int batch;
  private int total;
  private boolean uniform;
  private int[] counts = {};
  private int[] offsets = {};

  /** Makes this a dense block. */
  public void setUniform(int steps, int batch) {
    this.steps = steps;
    this.batch = batch;
    this.total = Math.multiplyExact(steps, batch);
    this.uniform = true;
  }

  /**
   * Makes this ragged.
   *
   * @param batchSizes rows per step, not increasing, each 1 or more; read
   * @param steps how many elements of {@code batchSizes} count
   */
  public void setRagged(int[] batchSizes, int steps) {
    if (counts.length < steps) {
      int[] newOffsets = new int[steps];
      counts = new int[steps];
      offsets = newOffsets; // both or, without memory, none
    }
    this.steps = steps;
    this.batch = steps == 0 ? 0 : batchSizes[0];
    this.uniform = false;
    total = 0;
    for (int t = 0; t < steps; t++) {
      counts[t] = batchSizes[t];
      offsets[t] = total;
      total = Math.addExact(total, batchSizes[t]);
    }
  }

  /** Number of time steps. */
  public int steps() {
    return steps;
  }

  /** Rows of the first step, the number of sequences. */
  public int batch() {
    return batch;
  }

  /** Rows of all steps together. */
  public int total() {
    return total;
  }

  /** Rows of step {@code t}. */
  public int count(int t) {
    return uniform ? batch : counts[t];
  }

  /** Rows of all steps before {@code t}, for {@code t} up to {@link #steps()}. */
  public int offset(int t) {
    return uniform ? t * batch : t == steps ? total : offsets[t];
  }

  /**
   * The first sequence of a share, of {@code parts} that are alike in time steps, as longer
   * sequences come first; the number of sequences for {@code part == parts}.
   */
  public int boundary(int part, int parts) {
    return part == 0 ? 0 : part == parts ? batch : rowsWithSteps((long) total * part / parts);
  }

  /** Time steps of the largest of these shares. */
  public long largestShare(int parts) {
    long largest = 0;
    long before = 0;
    for (int part = 1; part <= parts; part++) {
      long until = stepsOf(boundary(part, parts));
      largest = Math.max(largest, until - before);
      before = until;
    }
    return largest;
  }

  /** The smallest number of leading sequences that have at least {@code steps} steps together. */
  int rowsWithSteps(long steps) {
    int low = 0;
    int high = batch;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (stepsOf(middle) >= steps) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  private long stepsOf(int leading) {
    if (uniform) {
      return (long) steps * leading;
    }
    long sum = 0;
    for (int t = 0; t < steps; t++) {
      sum += Math.min(counts[t], leading);
    }
    return sum;
  }
}
