package io.github.lstm4j.internal.schedule;

import io.github.lstm4j.internal.kernels.CellWeights;
import io.github.lstm4j.internal.memory.Floats;

/**
 * One backward call: the caller's memory, already checked, in the layout of the forward call before
 * it. Filled anew for every call.
 */
public final class BackwardCall {
  /** Gradient of the output, or null for zeros; read. */
  public Floats output;

  /** Gradient of the final hidden state, or null for zeros; read. */
  public Floats hn;

  /** Gradient of the final cell state, or null for zeros; read. */
  public Floats cn;

  /** Gradient of the input, or null; written. */
  public Floats input;

  /** Gradient of the initial hidden state, or null; written. */
  public Floats h0;

  /** Gradient of the initial cell state, or null; written. */
  public Floats c0;

  /**
   * Gradients of the parameters, index {@code layer · directions + direction}, or null; written.
   */
  public CellWeights[] parameters;

  /** Whether to add to what is written instead. */
  public boolean accumulate;

  /** Lets go of the caller's memory. */
  public void clear() {
    output = null;
    hn = null;
    cn = null;
    input = null;
    h0 = null;
    c0 = null;
    parameters = null;
  }
}
