package io.github.lstm4j.internal.schedule;

import io.github.lstm4j.internal.kernels.CellWeights;
import io.github.lstm4j.internal.kernels.GradientPass;
import io.github.lstm4j.internal.kernels.Kernels;
import io.github.lstm4j.internal.kernels.LayerGradient;
import io.github.lstm4j.internal.kernels.Rows;
import io.github.lstm4j.internal.memory.Floats;

/**
 * The gradient of a {@link ForwardSchedule}: caller's rows to packed order, layer under layer, back
 * to the caller's order. Belongs to one workspace and serves one call at a time.
 */
public final class BackwardSchedule {
  /** The call to run, for the caller to fill. */
  public final BackwardCall call = new BackwardCall();

  private final LayerGradient[] cells;
  private final CellWeights[] weights;
  private final ForwardSchedule forward;
  private final Workspace ws;
  private final GradientJob job;
  private final int inputSize;
  private final int hiddenSize;
  private final int outputSize;
  private final int directions;
  private final int threads;

  /** Room for the gradients of the output and of the input of the layer at work. */
  private Floats upper = Floats.allocate(0);

  private Floats lower = Floats.allocate(0);

  /** These gradients: that room, or where it will do the caller's own memory. */
  private Floats dOut;

  private Floats dX;
  private Floats dH = Floats.allocate(0);
  private Floats dC = Floats.allocate(0);

  /**
   * Joins the gradients of a model's layers.
   *
   * @param kernels the backend that made them
   * @param cells index {@code layer · directions + direction}
   * @param weights of these cells; read by every call
   * @param forward the schedule whose calls are taken back
   * @param ws the workspace of those calls, with a tape
   * @param threads how many threads a call may use, its own included
   */
  public BackwardSchedule(
      Kernels kernels,
      LayerGradient[] cells,
      CellWeights[] weights,
      ForwardSchedule forward,
      Workspace ws,
      int threads) {
    this.cells = cells;
    this.weights = weights;
    this.forward = forward;
    this.ws = ws;
    inputSize = weights[0].inputSize();
    hiddenSize = weights[0].hiddenSize();
    outputSize = weights[0].outputSize();
    directions = forward.directions();
    this.threads = threads;
    job = new GradientJob(this, kernels, directions, threads);
  }

  /**
   * Runs the call. Each part of the result is written once what it may share memory with has been
   * read.
   */
  public void run() {
    try {
      loadState();
      loadOutput();
      int layers = cells.length / directions;
      for (int layer = layers - 1; layer >= 0; layer--) {
        gradient(layer);
      }
      storeState();
      storeInput();
    } finally {
      call.clear();
      job.clear();
      dOut = null;
      dX = null;
    }
  }

  private void gradient(int layer) {
    int total = rows().total();
    int columns = layer == 0 ? inputSize : width();
    if (layer == 0 && isInPlace()) {
      dX = call.input;
    } else if (wantsInput(layer)) {
      lower = Workspace.atLeast(lower, Math.multiplyExact(total, columns));
      dX = lower;
    }
    if (total > 0) {
      for (int d = 0; d < directions; d++) {
        cell(layer, d).load(weights[layer * directions + d], wantsInput(layer));
      }
      job.run(layer);
    } else if (call.parameters != null && !call.accumulate) {
      for (int d = 0; d < directions; d++) {
        call.parameters[layer * directions + d].zero();
      }
    }
    if (layer > 0) {
      ws.tape.dropout(layer - 1, dX, total * columns);
      lower = upper;
      upper = dX;
      dOut = dX;
    }
  }

  Rows rows() {
    return ws.call.rows;
  }

  LayerGradient cell(int layer, int direction) {
    return cells[layer * directions + direction];
  }

  boolean wantsParameters() {
    return call.parameters != null;
  }

  boolean wantsInput(int layer) {
    return layer > 0 || call.input != null;
  }

  /** Multiplications and additions per row of a layer. */
  long work(int layer) {
    return 2 * forward.work(layer);
  }

  private int width() {
    return directions * outputSize;
  }

  /** Everything in a pass but its share of the rows and its gate gradients. */
  void fillPass(GradientPass pass, int layer, int direction) {
    int cell = layer * directions + direction;
    int state = cell * rows().batch();
    pass.rows = rows();
    pass.reverse = direction == 1;
    pass.kept = ws.tape.kept(cell);
    pass.x = ws.tape.input(layer);
    pass.dOut = dOut;
    pass.outStride = width();
    pass.outColumn = direction * outputSize;
    pass.dH = dH;
    pass.wantsState = call.h0 != null;
    pass.hOffset = state * outputSize;
    pass.dC = dC;
    pass.cOffset = state * hiddenSize;
    pass.dX = dX;
    pass.addToInput = direction == 1;
    pass.parameters = call.parameters == null ? null : call.parameters[cell];
    pass.addToParameters = call.accumulate;
  }

  private void loadState() {
    int states = cells.length * rows().batch();
    dH = Workspace.atLeast(dH, Math.multiplyExact(states, outputSize));
    dC = Workspace.atLeast(dC, Math.multiplyExact(states, hiddenSize));
    ws.call.loadState(call.hn, dH, cells.length, outputSize);
    ws.call.loadState(call.cn, dC, cells.length, hiddenSize);
  }

  private void loadOutput() {
    if (call.output != null && ws.call.layout == ForwardCall.Layout.PACKED) {
      dOut = call.output;
      return;
    }
    int size = Math.multiplyExact(rows().total(), width());
    upper = Workspace.atLeast(upper, size);
    dOut = upper;
    if (call.output == null) {
      dOut.zero(0, size);
    } else {
      ws.copy.gather(call.output, dOut, width(), threads);
    }
  }

  /** Whether the input's gradient can be computed where the caller wants it. */
  private boolean isInPlace() {
    return call.input != null && !call.accumulate && ws.call.layout == ForwardCall.Layout.PACKED;
  }

  private void storeState() {
    if (call.h0 != null) {
      ws.call.storeState(dH, call.h0, cells.length, outputSize, call.accumulate);
      ws.call.storeState(dC, call.c0, cells.length, hiddenSize, call.accumulate);
    }
  }

  private void storeInput() {
    if (call.input == null || isInPlace()) {
      return;
    }
    if (ws.call.layout == ForwardCall.Layout.PACKED) {
      int size = rows().total() * inputSize;
      ForwardCall.copy(dX, 0, call.input, 0, size, call.accumulate);
    } else {
      ws.copy.scatter(dX, call.input, inputSize, call.accumulate, threads);
    }
  }

  /** Memory in use. */
  public long bytes() {
    long floats = (long) upper.size() + lower.size() + dH.size() + dC.size();
    return floats * Float.BYTES + job.bytes();
  }
}
