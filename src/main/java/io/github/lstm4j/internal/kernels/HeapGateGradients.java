package io.github.lstm4j.internal.kernels;

import java.nio.FloatBuffer;

/** {@link GateGradients} of the Java backends. */
final class HeapGateGradients implements GateGradients {
  /** Rows of {@code gateStride}, gates in the order i, f, g, o without gaps. */
  float[] gates = {};

  /** With a projection: gradients of the projected state, rows of {@code hStride}. */
  float[] projected = {};

  /** With a projection: the states before it, rows of {@code cellStride}. */
  float[] cellOut = {};

  /** {@link #cellOut} as a buffer. */
  FloatBuffer cellOutBuffer = FloatBuffer.wrap(cellOut);

  /** Makes room for this many rows. */
  void makeRoom(int rows, int gateStride, int projectedStride, int cellStride) {
    gates = HeapKept.atLeast(gates, rows, gateStride);
    if (projectedStride > 0) {
      projected = HeapKept.atLeast(projected, rows, projectedStride);
      float[] states = HeapKept.atLeast(cellOut, rows, cellStride);
      if (states != cellOut) {
        cellOutBuffer = FloatBuffer.wrap(states); // first, as it may find no memory
        cellOut = states;
      }
    }
  }

  @Override
  public long bytes() {
    return ((long) gates.length + projected.length + cellOut.length) * Float.BYTES;
  }
}
