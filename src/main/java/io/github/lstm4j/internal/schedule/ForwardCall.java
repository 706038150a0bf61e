package io.github.lstm4j.internal.schedule;

import io.github.lstm4j.internal.kernels.Rows;
import io.github.lstm4j.internal.memory.Floats;

/**
 * One forward call: the caller's memory, already checked, and the geometry of its batch. Part of a
 * {@link Workspace} and filled anew for every call.
 */
public final class ForwardCall {
  /** Where a sequence's time step lies in the caller's input and output. */
  public enum Layout {
    /**
     * Row after row in packed order, as {@link Rows} says; a dense {@code [T, B, ..]} is that too.
     */
    PACKED,
    /** {@code [T, B, ..]} with padding. */
    TIME_MAJOR,
    /** {@code [B, T, ..]}. */
    BATCH_MAJOR
  }

  /** Which rows exist at which step. */
  public final Rows rows = new Rows();

  /** How input and output are laid out. */
  public Layout layout;

  /** {@code T} of the padded layouts, at least {@code rows.steps()}. */
  public int paddedSteps;

  /**
   * Whether row {@code r} is sequence {@code order()[r]} of the caller's batch, else sequence r.
   */
  public boolean ordered;

  /** Input; read. */
  public Floats x;

  /** Initial hidden state {@code [L·D, B, Hout]}, or null for zeros; read. */
  public Floats h0;

  /** Initial cell state {@code [L·D, B, H]}, or null for zeros; read. */
  public Floats c0;

  /** Output rows, {@code D·Hout} wide; written. */
  public Floats out;

  /** Final hidden state; written. May be {@link #h0}. */
  public Floats hn;

  /** Final cell state; written. May be {@link #c0}. */
  public Floats cn;

  /** The order in use: {@link #ownOrder}, or that of a packed sequence, which is not ours. */
  private int[] order = {};

  private int[] ownOrder = {};
  private int[] batchSizes = {};

  /** Sets {@link #rows} and the order from lengths in the caller's order. */
  public void sortByLength(int[] lengths, int batch, int maxLength) {
    ownOrder = Workspace.atLeast(ownOrder, batch);
    order = ownOrder;
    batchSizes = Workspace.atLeast(batchSizes, maxLength + 1);
    BatchOrder.sort(lengths, batch, maxLength, order, batchSizes);
    rows.setRagged(batchSizes, maxLength);
    ordered = true;
  }

  /**
   * Sets the order of a batch that was packed elsewhere; read, and let go of by {@link
   * #clearOrder}.
   */
  public void setOrder(int[] packedOrder) {
    order = packedOrder;
    ordered = true;
  }

  /**
   * Copies the caller's rows of some steps, which are not in packed order, to packed order.
   *
   * @param first the first step
   * @param end end of the steps, exclusive
   */
  void gather(Floats from, Floats to, int width, int first, int end) {
    for (int t = first; t < end; t++) {
      int row = rows.offset(t);
      for (int r = 0; r < rows.count(t); r++) {
        to.copyFrom(from, callerRow(t, r) * width, (row + r) * width, width);
      }
    }
  }

  /**
   * Copies rows of some steps in packed order to the caller's, which are in another; padding
   * becomes zero.
   *
   * @param add whether to add, also zero, instead
   * @param first the first step
   * @param end end of the steps, exclusive
   */
  void scatter(Floats from, Floats to, int width, boolean add, int first, int end) {
    for (int t = first; t < end; t++) {
      boolean exists = t < rows.steps();
      int active = exists ? rows.count(t) : 0;
      int row = exists ? rows.offset(t) : 0;
      for (int r = 0; r < active; r++) {
        copy(from, (row + r) * width, to, callerRow(t, r) * width, width, add);
      }
      for (int r = active; r < rows.batch() && !add; r++) {
        to.zero(callerRow(t, r) * width, width);
      }
    }
  }

  /** Copies a state of all cells to packed order; null is zeros. */
  void loadState(Floats from, Floats to, int cells, int width) {
    int batch = rows.batch();
    if (from == null) {
      to.zero(0, cells * batch * width);
    } else if (!ordered) {
      to.copyFrom(from, 0, 0, cells * batch * width);
    } else {
      for (int cell = 0; cell < cells * batch; cell += batch) {
        for (int r = 0; r < batch; r++) {
          to.copyFrom(from, (cell + sequence(r)) * width, (cell + r) * width, width);
        }
      }
    }
  }

  /** Copies a state of all cells to the caller's order, or adds it. */
  void storeState(Floats from, Floats to, int cells, int width, boolean add) {
    int batch = rows.batch();
    if (!ordered) {
      copy(from, 0, to, 0, cells * batch * width, add);
      return;
    }
    for (int cell = 0; cell < cells * batch; cell += batch) {
      for (int r = 0; r < batch; r++) {
        copy(from, (cell + r) * width, to, (cell + sequence(r)) * width, width, add);
      }
    }
  }

  /** Copies, or adds. */
  static void copy(Floats from, int fromIndex, Floats to, int toIndex, int count, boolean add) {
    if (add) {
      to.add(from, fromIndex, toIndex, count);
    } else {
      to.copyFrom(from, fromIndex, toIndex, count);
    }
  }

  /** The caller's sequence that packed row {@code r} is. */
  int sequence(int r) {
    return ordered ? order[r] : r;
  }

  /** The caller's row that holds step {@code t} of packed row {@code r}; padded layouts only. */
  int callerRow(int t, int r) {
    int b = sequence(r);
    return layout == Layout.TIME_MAJOR ? t * rows.batch() + b : b * paddedSteps + t;
  }

  /** Lets go of the caller's memory; the geometry of the batch stays. */
  void clear() {
    x = null;
    h0 = null;
    c0 = null;
    out = null;
    hn = null;
    cn = null;
  }

  /** Lets go of the order of a batch that was packed elsewhere. */
  void clearOrder() {
    order = ownOrder;
  }
}
