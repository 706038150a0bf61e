package io.github.lstm4j.internal.kernels;

import java.lang.ref.Reference;

/**
 * One layer in one direction on one backend: its weights in the backend's own form, and the pass
 * over time. Shared by threads, as it only changes when training calls {@link #load}; what a pass
 * writes lies in its {@link LayerPass} and {@link Scratch}.
 *
 * <p>A pass takes time in chunks. For each chunk, {@link #project} multiplies the input of all its
 * steps by {@code W_ih} at once, into the scratch's gate rows; then {@link #steps} does the
 * recurrence one time step after the other. Chunks bound the gate memory, whatever {@code T} is.
 *
 * <p>A schedule of the native backend is a subclass.
 */
public abstract class LayerKernel {
  /** Where hidden sizes are so large that few rows of gates are much memory. */
  private static final int MOST_FLOATS = 1 << 26;

  private final int maxRows;

  /**
   * @param chunkFloats gate floats per chunk that suit the schedule's caches
   * @param minRows rows that a chunk has at least, so that reading the weights pays
   */
  LayerKernel(int hiddenSize, int chunkFloats, int minRows) {
    int rows = Math.max(minRows, chunkFloats / (4 * hiddenSize));
    maxRows = Math.max(1, Math.min(rows, MOST_FLOATS / (4 * hiddenSize)));
  }

  /** Reads the weights anew; not while a pass runs. */
  public abstract void load(CellWeights weights);

  /** For training: makes room for what passes over this many rows keep. */
  public abstract void makeRoom(Kept kept, int rows);

  /** The most rows a block may have, so that its gates fit the scratch; see {@link #mostRows}. */
  public final int maxRows() {
    return maxRows;
  }

  /**
   * How many pieces the hidden units come in that several passes at once can share out, see {@link
   * LayerPass#unitParts}; 1 where they cannot.
   */
  public int unitPieces() {
    return 1;
  }

  /**
   * Runs the pass.
   *
   * @param pass what to compute; its block has at most {@link #maxRows} rows
   * @param scratch made by the same {@link Kernels}; used by one thread at a time
   */
  public final void run(LayerPass pass, Scratch scratch) {
    try {
      int blockRows = pass.lastRow - pass.firstRow;
      int chunkRows = Math.min(mostRows(pass), Math.max(1, pass.rows.total()));
      begin(pass, scratch, blockRows, chunkRows);
      if (pass.reverse) {
        backwardInTime(pass, scratch, chunkRows);
      } else {
        forwardInTime(pass, scratch, chunkRows);
      }
      end(pass, scratch, blockRows);
    } finally {
      // Native code sees addresses only: nothing here may be collected before it returns.
      Reference.reachabilityFence(this);
      Reference.reachabilityFence(pass);
      Reference.reachabilityFence(scratch);
    }
  }

  private void forwardInTime(LayerPass pass, Scratch scratch, int chunkRows) {
    int steps = pass.rows.steps();
    int from = 0;
    while (from < steps) {
      int to = from;
      int rows = 0;
      while (to < steps && (to == from || rows + pass.active(to) <= chunkRows)) {
        rows += pass.active(to++);
      }
      project(pass, scratch, from, to, rows);
      int gateRow = 0;
      for (int t = from; t < to; ) {
        int active = pass.active(t);
        int count = 1;
        while (t + count < to && pass.rows.count(t + count) == pass.rows.count(t)) {
          count++;
        }
        if (active > 0) {
          steps(pass, scratch, t, count, active, gateRow);
        }
        gateRow += count * active;
        t += count;
      }
      from = to;
    }
  }

  private void backwardInTime(LayerPass pass, Scratch scratch, int chunkRows) {
    int to = pass.rows.steps();
    while (to > 0) {
      int from = to;
      int rows = 0;
      while (from > 0 && (from == to || rows + pass.active(from - 1) <= chunkRows)) {
        rows += pass.active(--from);
      }
      project(pass, scratch, from, to, rows);
      int gateRow = rows;
      for (int t = to - 1; t >= from; ) {
        int active = pass.active(t);
        int count = 1;
        while (t - count >= from && pass.rows.count(t - count) == pass.rows.count(t)) {
          count++;
        }
        if (active > 0) {
          steps(pass, scratch, t, count, active, gateRow - active);
        }
        gateRow -= count * active;
        t -= count;
      }
      to = from;
    }
  }

  /** The most rows of the pass's chunks. */
  int mostRows(LayerPass pass) {
    return maxRows;
  }

  /** Makes the scratch large enough for the pass, and takes over the initial state if need be. */
  abstract void begin(LayerPass pass, Scratch scratch, int blockRows, int chunkRows);

  /**
   * Writes {@code x · W_ih^T} of the block's rows at steps {@code from .. to - 1} to the gate rows
   * {@code 0 .. rows - 1}, in order of time.
   */
  abstract void project(LayerPass pass, Scratch scratch, int from, int to, int rows);

  /**
   * {@code count} time steps that have the same number of rows, {@code active} of them in the
   * block, from {@code t} on in the direction of time: each adds {@code h · W_hh^T} and the bias to
   * its gate rows, applies the cell, writes {@code h}, {@code c} and its output rows.
   *
   * @param gateRow the first gate row of step {@code t}; the next step's rows lie behind it, or
   *     before it when time runs backwards
   */
  abstract void steps(LayerPass pass, Scratch scratch, int t, int count, int active, int gateRow);

  /** Leaves the final state in the pass. */
  abstract void end(LayerPass pass, Scratch scratch, int blockRows);
}
