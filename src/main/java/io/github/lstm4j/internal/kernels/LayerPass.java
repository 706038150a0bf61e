package io.github.lstm4j.internal.kernels;

import io.github.lstm4j.internal.memory.Floats;

/**
 * The arguments of one pass of one layer in one direction over (a block of) the batch. One object
 * per thread of a workspace, filled anew for every pass, so that a pass allocates nothing.
 */
public final class LayerPass {
  /** The geometry of the input and output. */
  public Rows rows;

  /**
   * The block of sequences to compute: rows {@code firstRow} to {@code lastRow - 1} of every step.
   */
  public int firstRow;

  /** End of the block, exclusive; at most {@code rows.batch()}. */
  public int lastRow;

  /** Whether time runs from the last step to the first. */
  public boolean reverse;

  /** Input, {@code [rows.total(), inputSize]}; read. */
  public Floats x;

  /** Output, {@code [rows.total(), outStride]}; columns {@code outColumn ..} are written. */
  public Floats out;

  /** Floats from one row of {@code out} to the next. */
  public int outStride;

  /** First column of this direction. */
  public int outColumn;

  /**
   * Hidden state; row {@code r} of the batch lies at {@code hOffset + r * outputSize}. Read as the
   * initial state, holds the state after each sequence's own last step when the pass is done.
   */
  public Floats h;

  /** See {@link #h}. */
  public int hOffset;

  /**
   * Cell state; row {@code r} of the batch lies at {@code cOffset + r * hiddenSize}. As {@link #h}.
   */
  public Floats c;

  /** See {@link #c}. */
  public int cOffset;

  /** Into how many parts the hidden units are shared out among threads; 1 for no sharing. */
  public int unitParts = 1;

  /** Which of these parts this pass is. */
  public int unitPart;

  /** Where the passes of all parts meet after every step, if there are several. */
  public SpinBarrier barrier;

  /** Where to keep what the gradient needs; null unless training. */
  public Kept kept;

  /** Rows of the block that exist at step {@code t}. */
  int active(int t) {
    return Math.max(0, Math.min(rows.count(t), lastRow) - firstRow);
  }

  /** Whether the block is the whole batch, so that the rows of several steps lie side by side. */
  boolean wholeBatch() {
    return firstRow == 0 && lastRow == rows.batch();
  }

  /** Index of the first row of the block at step {@code t}. */
  int row(int t) {
    return rows.offset(t) + firstRow;
  }

  /** Lets go of the caller's memory. */
  public void clear() {
    x = null;
    out = null;
  }
}
