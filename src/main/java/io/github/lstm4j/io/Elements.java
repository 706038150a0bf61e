package io.github.lstm4j.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;

/** Moves the elements of tensors between streams, views and dense buffers. */
final class Elements {
  private static final int CHUNK = 1 << 16;

  private Elements() {}

  /**
   * Reads exactly as many elements as {@code to} has room for, as float32.
   *
   * @param declared how many the whole tensor has, for the message
   * @throws CheckpointException if the stream ends before
   */
  static void read(InputStream in, DType dtype, ByteOrder order, FloatBuffer to, int declared)
      throws IOException {
    byte[] bytes = new byte[(int) Math.min(CHUNK, (long) to.remaining() * dtype.size)];
    while (to.hasRemaining()) {
      int want = (int) Math.min(bytes.length, (long) to.remaining() * dtype.size);
      int got = in.readNBytes(bytes, 0, want);
      if (got < want) {
        throw new CheckpointException(
            "expected "
                + declared
                + " elements of "
                + dtype
                + ", found the end of the data after "
                + (to.position() + got / dtype.size));
      }
      dtype.toFloats(ByteBuffer.wrap(bytes, 0, want).order(order), to);
    }
  }

  /**
   * Copies a strided view into dense row-major order.
   *
   * @param from elements; the view begins at {@code from}'s index 0
   * @param shape the dimensions, at least one, none of them 0
   * @param stride elements between neighbours along each dimension
   * @param to filled from its position on
   */
  static void gather(FloatBuffer from, int[] shape, long[] stride, FloatBuffer to) {
    int last = shape.length - 1;
    int[] index = new int[shape.length];
    long base = 0;
    while (true) {
      for (int k = 0; k < shape[last]; k++) {
        to.put(from.get((int) (base + k * stride[last])));
      }
      int axis = last - 1;
      while (axis >= 0 && index[axis] == shape[axis] - 1) {
        base -= index[axis] * stride[axis];
        index[axis--] = 0;
      }
      if (axis < 0) {
        return;
      }
      index[axis]++;
      base += stride[axis];
    }
  }

  /** Returns the strides of a dense tensor whose last dimension varies fastest. */
  static long[] rowMajor(int[] shape) {
    long[] stride = new long[shape.length];
    long step = 1;
    for (int k = shape.length - 1; k >= 0; k--) {
      stride[k] = step;
      step *= Math.max(1, shape[k]);
    }
    return stride;
  }

  /** Writes elements as float32, little-endian. */
  static void write(FileChannel out, FloatBuffer floats) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocateDirect(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
    while (floats.hasRemaining()) {
      int count = Math.min(floats.remaining(), CHUNK / Float.BYTES);
      bytes.clear().asFloatBuffer().put(floats.slice().limit(count));
      floats.position(floats.position() + count);
      write(out, bytes.limit(count * Float.BYTES));
    }
  }

  /** Writes all of a buffer, however many calls that takes. */
  static void write(FileChannel out, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }
}
