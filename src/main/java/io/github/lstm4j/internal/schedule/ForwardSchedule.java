package io.github.lstm4j.internal.schedule;

import io.github.lstm4j.internal.kernels.Kernels;
import io.github.lstm4j.internal.kernels.LayerKernel;
import io.github.lstm4j.internal.kernels.LayerPass;
import io.github.lstm4j.internal.memory.Floats;

/**
 * Which layer, direction and block of the batch runs when, and on what memory: caller's rows to
 * packed order, layer upon layer, back to the caller's order. Immutable but for its pool of
 * workspaces; safe for use by many threads.
 */
public final class ForwardSchedule {
  private final LayerKernel[] cells;
  private final int inputSize;
  private final int hiddenSize;
  private final int outputSize;
  private final int directions;
  private final int threads;
  private final WorkspacePool pool;

  /**
   * Joins the layers of a model.
   *
   * @param kernels the backend that made them
   * @param cells index {@code layer · directions + direction}
   * @param directions 1 or 2
   * @param inputSize width of the input
   * @param hiddenSize {@code H}
   * @param outputSize {@code Hout}
   * @param threads how many threads a call may use, its own included
   * @throws IllegalStateException if a system property about threads is wrong
   */
  public ForwardSchedule(
      Kernels kernels,
      LayerKernel[] cells,
      int directions,
      int inputSize,
      int hiddenSize,
      int outputSize,
      int threads) {
    ThreadSettings.check();
    this.threads = threads;
    this.cells = cells;
    this.directions = directions;
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.outputSize = outputSize;
    this.pool = new WorkspacePool(kernels);
  }

  /** Takes a workspace whose call is to be filled; {@link #giveBack} it in any case. */
  public Workspace take() {
    return pool.take();
  }

  /** Returns a workspace to the pool. */
  public void giveBack(Workspace workspace) {
    workspace.clear();
    workspace.call.clearOrder();
    pool.giveBack(workspace);
  }

  /**
   * Runs the workspace's call. The output may be written while layers still run; the final state
   * only at the end, so that it may lie in the memory of the initial one.
   */
  public void run(Workspace ws) {
    ForwardCall call = ws.call;
    boolean packed = call.layout == ForwardCall.Layout.PACKED;
    int total = call.rows.total();
    int width = directions * outputSize;
    loadState(ws);
    Floats x = ws.tape != null ? keepInput(ws) : packed ? call.x : gather(ws);
    if (!packed) {
      ws.output = Workspace.atLeast(ws.output, Math.multiplyExact(total, width));
    }
    Floats out = packed ? call.out : ws.output;
    int layers = cells.length / directions;
    if (layers > 1 && ws.tape == null) {
      ws.middle = Workspace.atLeast(ws.middle, Math.multiplyExact(total, width));
    }
    for (int layer = 0; layer < layers; layer++) {
      Floats to = layerOutput(ws, layer, out);
      ws.job.run(this, ws, layer, x, to, threads);
      if (ws.tape != null && layer < layers - 1) {
        ws.tape.dropout(layer, to, total * width);
      }
      x = to;
    }
    if (!packed) {
      ws.copy.scatter(ws.output, call.out, width, false, threads);
    }
    storeState(ws);
  }

  /** The last layer writes the output; in training, the others write the next one's input. */
  private Floats layerOutput(Workspace ws, int layer, Floats out) {
    int after = cells.length / directions - 1 - layer;
    if (ws.tape != null && after > 0) {
      return ws.tape.input(layer + 1);
    }
    return after % 2 == 0 ? out : ws.middle;
  }

  int directions() {
    return directions;
  }

  LayerKernel cell(int layer, int direction) {
    return cells[layer * directions + direction];
  }

  /** Multiplications and additions per row of a layer. */
  long work(int layer) {
    long in = layer == 0 ? inputSize : (long) directions * outputSize;
    return 8L * directions * hiddenSize * (in + outputSize);
  }

  /** Elements of {@code weight_hh}, of one layer and direction. */
  long recurrentWeights() {
    return 4L * hiddenSize * outputSize;
  }

  /** Everything in a pass but its share of the rows and units. */
  void fillPass(LayerPass pass, Workspace ws, int layer, int direction, Floats x, Floats out) {
    int state = (layer * directions + direction) * ws.call.rows.batch();
    pass.rows = ws.call.rows;
    pass.reverse = direction == 1;
    pass.x = x;
    pass.out = out;
    pass.outStride = directions * outputSize;
    pass.outColumn = direction * outputSize;
    pass.h = ws.h;
    pass.hOffset = state * outputSize;
    pass.c = ws.c;
    pass.cOffset = state * hiddenSize;
    pass.kept = ws.tape == null ? null : ws.tape.kept(layer * directions + direction);
  }

  /** In training: backward reads the input again, and it may have changed by then. */
  private Floats keepInput(Workspace ws) {
    ForwardCall call = ws.call;
    int total = call.rows.total();
    ws.tape.begin(total, inputSize, directions * outputSize);
    Floats kept = ws.tape.input(0);
    if (call.layout == ForwardCall.Layout.PACKED) {
      kept.copyFrom(call.x, 0, 0, total * inputSize);
    } else {
      ws.copy.gather(call.x, kept, inputSize, threads);
    }
    return kept;
  }

  private Floats gather(Workspace ws) {
    ForwardCall call = ws.call;
    ws.input = Workspace.atLeast(ws.input, Math.multiplyExact(call.rows.total(), inputSize));
    ws.copy.gather(call.x, ws.input, inputSize, threads);
    return ws.input;
  }

  private void loadState(Workspace ws) {
    ForwardCall call = ws.call;
    int states = cells.length * call.rows.batch();
    ws.h = Workspace.atLeast(ws.h, Math.multiplyExact(states, outputSize));
    ws.c = Workspace.atLeast(ws.c, Math.multiplyExact(states, hiddenSize));
    call.loadState(call.h0, ws.h, cells.length, outputSize);
    call.loadState(call.c0, ws.c, cells.length, hiddenSize);
  }

  private void storeState(Workspace ws) {
    ws.call.storeState(ws.h, ws.call.hn, cells.length, outputSize, false);
    ws.call.storeState(ws.c, ws.call.cn, cells.length, hiddenSize, false);
  }
}
