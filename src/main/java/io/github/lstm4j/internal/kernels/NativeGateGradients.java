package io.github.lstm4j.internal.kernels;

import io.github.lstm4j.internal.memory.Floats;

/** {@link GateGradients} of the native backend; see lstm4j_backward in native/include/lstm4j.h. */
final class NativeGateGradients implements GateGradients {
  Floats gates = Floats.allocate(0);
  Floats projected = Floats.allocate(0);
  Floats cellOut = Floats.allocate(0);

  @Override
  public long bytes() {
    return ((long) gates.size() + projected.size() + cellOut.size()) * Float.BYTES;
  }
}
