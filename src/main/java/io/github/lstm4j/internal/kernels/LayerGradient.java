package io.github.lstm4j.internal.kernels;

import java.lang.ref.Reference;

/**
 * The gradient of one layer in one direction on one backend, in two parts: the recurrence backwards
 * in time, whose sequences are independent, and then the products over all rows at once.
 *
 * <p>With {@code dZ} the gradient of the gates' sums, a row for every sequence and step, they are
 *
 * <pre>{@code
 * dW_ih = dZ^T x     dW_hh = dZ^T h_before     db_ih = db_hh = sum of the rows of dZ
 * dx = dZ W_ih       dW_hr = (gradient of the projected h)^T (h before its projection)
 * }</pre>
 *
 * <p>The products can be shared out in any number of parts: every number is the same sum.
 */
public abstract class LayerGradient {
  /**
   * Reads the weights anew; not while a pass runs. They must not change until it has run.
   *
   * @param forInput whether {@link #input} will follow
   */
  public abstract void load(CellWeights weights, boolean forInput);

  /** Makes room for the gradients of this many rows. */
  public abstract void makeRoom(GateGradients gates, int rows);

  /**
   * Takes the recurrence of the pass's block back: writes {@link GradientPass#gates}, and replaces
   * the gradients of the final state by those of the initial one.
   */
  public final void recurrence(GradientPass pass, Scratch scratch) {
    try {
      begin(pass, scratch);
      int steps = pass.rows.steps();
      int towards = pass.reverse ? 1 : -1;
      int t = pass.reverse ? 0 : steps - 1;
      int left = steps;
      while (left > 0) {
        int count = 1;
        while (count < left && pass.rows.count(t + towards * count) == pass.rows.count(t)) {
          count++;
        }
        int active = pass.active(t);
        if (active > 0) {
          steps(pass, scratch, t, count, active, pass.wantsState || count < left);
        }
        t += towards * count;
        left -= count;
      }
      end(pass, scratch);
    } finally {
      fence(pass, scratch);
    }
  }

  /** Writes one of {@code parts} parts of {@link GradientPass#parameters}, or adds to it. */
  public final void parameters(GradientPass pass, Scratch scratch, int part, int parts) {
    try {
      parameterPart(pass, scratch, part, parts);
    } finally {
      fence(pass, scratch);
    }
  }

  /** Writes one of {@code parts} parts of {@link GradientPass#dX}, or adds to it. */
  public final void input(GradientPass pass, Scratch scratch, int part, int parts) {
    int first = share(pass.rows.total(), part, parts);
    int last = share(pass.rows.total(), part + 1, parts);
    try {
      if (last > first) {
        inputRows(pass, scratch, first, last - first);
      }
    } finally {
      fence(pass, scratch);
    }
  }

  /** Native code sees addresses only: nothing here may be collected before it returns. */
  private void fence(GradientPass pass, Scratch scratch) {
    Reference.reachabilityFence(this);
    Reference.reachabilityFence(pass);
    Reference.reachabilityFence(scratch);
  }

  /** Makes the scratch large enough, and takes over the state's gradients if need be. */
  abstract void begin(GradientPass pass, Scratch scratch);

  /**
   * {@code count} steps that have the same number of rows, {@code active} of them in the block,
   * from {@code t} on against the direction of the forward pass.
   *
   * @param toState whether the gradient of the hidden state before them is wanted
   */
  abstract void steps(
      GradientPass pass, Scratch scratch, int t, int count, int active, boolean toState);

  /** Leaves the state's gradients in the pass. */
  abstract void end(GradientPass pass, Scratch scratch);

  /** Where a part of {@code count} things begins. */
  static int share(int count, int part, int parts) {
    return (int) ((long) count * part / parts);
  }

  /** The shares of gates and of projected units. There are rows. */
  abstract void parameterPart(GradientPass pass, Scratch scratch, int part, int parts);

  /** {@code dx} of rows that lie side by side. */
  abstract void inputRows(GradientPass pass, Scratch scratch, int first, int rows);
}
