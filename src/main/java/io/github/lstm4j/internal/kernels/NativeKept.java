package io.github.lstm4j.internal.kernels;

import io.github.lstm4j.internal.memory.Floats;

/** {@link Kept} of the native backend. */
final class NativeKept implements Kept {
  /** Rows in packed gate order: first the sums, then the gates. */
  Floats gates = Floats.allocate(0);

  /** Rows of the width of h. */
  Floats h = Floats.allocate(0);

  /** Rows of H. */
  Floats c = Floats.allocate(0);

  @Override
  public long bytes() {
    return ((long) gates.size() + h.size() + c.size()) * Float.BYTES;
  }
}
