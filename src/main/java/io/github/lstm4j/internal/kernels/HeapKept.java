package io.github.lstm4j.internal.kernels;

import io.github.lstm4j.internal.memory.Floats;
import java.nio.FloatBuffer;

/** {@link Kept} of the Java backends. */
final class HeapKept implements Kept {
  /** Rows of four gates, each {@code cellStride} apart. */
  float[] gates = {};

  /** Rows of {@code hStride}. */
  float[] h = {};

  /** Rows of {@code cellStride}. */
  float[] c = {};

  /** {@link #h} as a buffer. */
  FloatBuffer hBuffer = FloatBuffer.wrap(h);

  /** Makes room for this many rows. */
  void makeRoom(int rows, int cellStride, int hStride) {
    gates = atLeast(gates, rows, 4 * cellStride);
    c = atLeast(c, rows, cellStride);
    float[] states = atLeast(h, rows, hStride);
    if (states != h) {
      hBuffer = FloatBuffer.wrap(states); // first, as it may find no memory
      h = states;
    }
  }

  @Override
  public long bytes() {
    return ((long) gates.length + h.length + c.length) * Float.BYTES;
  }

  static float[] atLeast(float[] array, int rows, int stride) {
    int size = Floats.checkedSize((long) rows * stride);
    return array.length >= size ? array : new float[size];
  }
}
