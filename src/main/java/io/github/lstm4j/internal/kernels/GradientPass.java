package io.github.lstm4j.internal.kernels;

import io.github.lstm4j.internal.memory.Floats;

/**
 * The arguments of the gradient of one layer in one direction. One object per thread, filled anew
 * for every use, so that a pass allocates nothing. A gradient of something has its shape.
 */
public final class GradientPass {
  /** The geometry of the input and output. */
  public Rows rows;

  /** The block of sequences whose recurrence is taken back. */
  public int firstRow;

  /** End of the block, exclusive. */
  public int lastRow;

  /** Whether the forward pass ran from the last step to the first. */
  public boolean reverse;

  /** What the forward pass kept; read. */
  public Kept kept;

  /** The layer's input, {@code [rows.total(), inputSize]}; read. */
  public Floats x;

  /** Gradient of the layer's output; columns {@code outColumn ..} are read. */
  public Floats dOut;

  /** Floats from one row of {@code dOut} to the next. */
  public int outStride;

  /** First column of this direction. */
  public int outColumn;

  /**
   * Gradient of the hidden state at {@code hOffset}, {@code [batch, outputSize]}: of the final
   * state before the pass, of the initial state after it.
   */
  public Floats dH;

  /** See {@link #dH}. */
  public int hOffset;

  /** Gradient of the cell state, likewise. */
  public Floats dC;

  /** See {@link #dC}. */
  public int cOffset;

  /** Whether the gradients of the initial state are wanted; else {@link #dH} may hold anything. */
  public boolean wantsState;

  /** Written by the recurrence, read by the products. */
  public GateGradients gates;

  /** Gradient of the layer's input, {@code [rows.total(), inputSize]}; written, or added to. */
  public Floats dX;

  /** Whether {@link #dX} already holds the other direction's share. */
  public boolean addToInput;

  /** Gradients of the parameters; written, or added to. */
  public CellWeights parameters;

  /** Whether to add to {@link #parameters}. */
  public boolean addToParameters;

  /** Rows of the block that exist at step {@code t}. */
  int active(int t) {
    return Math.max(0, Math.min(rows.count(t), lastRow) - firstRow);
  }

  /** Index of the first row of the block at step {@code t}. */
  int row(int t) {
    return rows.offset(t) + firstRow;
  }

  /** Lets go of the caller's memory. */
  public void clear() {
    x = null;
    dOut = null;
    dX = null;
    parameters = null;
  }
}
