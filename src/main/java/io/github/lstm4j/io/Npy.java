package io.github.lstm4j.io;

import io.github.lstm4j.Tensor;
import io.github.lstm4j.internal.files.OutputFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One tensor in <a
 * href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">numpy's npy
 * format</a>. Thread-safe: the methods share nothing.
 */
public final class Npy {
  private static final int CHUNK = 1 << 14;
  private static final int FIRST_GUESS = 1 << 18;

  private Npy() {}

  /**
   * Reads a file of one array: versions 1 to 3, of floats or integers of either byte order, in C or
   * Fortran order.
   *
   * @param file read
   * @return a new tensor in row-major order, converted to float32 by rounding to nearest
   * @throws CheckpointException if the content is not a complete array of such numbers, or goes on
   *     after it
   * @throws IOException if the file cannot be read
   */
  public static Tensor read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      Tensor tensor = read(in);
      if (in.read() >= 0) {
        throw new CheckpointException(
            "expected " + tensor + " and the end of the file, found more bytes");
      }
      return tensor;
    } catch (CheckpointException e) {
      throw e.in(file);
    }
  }

  /**
   * Reads one array from a stream, as {@link #read(Path)} does. The memory taken grows with the
   * data that arrives, whatever the header declares.
   *
   * @param in read up to the end of the array, not closed
   * @return a new tensor
   * @throws CheckpointException if the content is not a complete array of such numbers
   * @throws IOException if the stream fails
   */
  public static Tensor read(InputStream in) throws IOException {
    NpyHeader header = NpyHeader.read(in);
    int count = (int) header.elements();
    Tensor data = Tensor.allocate(Math.min(count, FIRST_GUESS));
    int filled = 0;
    while (true) {
      FloatBuffer to = data.data().position(filled);
      Elements.read(in, header.dtype(), header.order(), to, count);
      filled = data.size();
      if (filled == count) {
        break;
      }
      Tensor larger = Tensor.allocate((int) Math.min(count, 2L * filled));
      larger.data().put(data.data());
      data = larger;
    }
    return header.fortran() ? transpose(data, header.shape()) : data.reshape(header.shape());
  }

  private static Tensor transpose(Tensor data, int[] shape) {
    Tensor tensor = Tensor.allocate(shape);
    if (shape.length > 0 && tensor.size() > 0) {
      long[] stride = new long[shape.length];
      long step = 1;
      for (int k = 0; k < shape.length; k++) {
        stride[k] = step;
        step *= shape[k];
      }
      Elements.gather(data.data(), shape, stride, tensor.data());
      return tensor;
    }
    return tensor.copyFrom(data);
  }

  /**
   * Writes a file of float32, version 1.0, in C order. The file is replaced in one step.
   *
   * @param file written
   * @param tensor read, not kept
   * @throws IOException if the file cannot be written; the old content then remains
   */
  public static void write(Path file, Tensor tensor) throws IOException {
    OutputFile.write(
        file,
        out -> {
          Elements.write(out, ByteBuffer.wrap(NpyHeader.write(tensor.shape())));
          Elements.write(out, tensor.data());
        });
  }

  /**
   * Writes an array to a stream, as {@link #write(Path, Tensor)} does.
   *
   * @param out written, neither flushed nor closed
   * @param tensor read, not kept
   * @throws IOException if the stream fails
   */
  public static void write(OutputStream out, Tensor tensor) throws IOException {
    out.write(NpyHeader.write(tensor.shape()));
    FloatBuffer floats = tensor.data();
    byte[] bytes = new byte[CHUNK * Float.BYTES];
    ByteBuffer view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    while (floats.hasRemaining()) {
      int count = Math.min(CHUNK, floats.remaining());
      view.asFloatBuffer().put(floats.slice().limit(count));
      floats.position(floats.position() + count);
      out.write(bytes, 0, count * Float.BYTES);
    }
  }
}
