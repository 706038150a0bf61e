package io.github.lstm4j.io;

import java.util.List;

/**
 * Where one tensor's bytes lie.
 *
 * @param dtype the element type
 * @param shape the dimensions
 * @param begin first byte, from the start of the data part
 * @param end the byte after the last one
 */
record SafetensorsSlot(DType dtype, List<Long> shape, long begin, long end) {
  /** Returns this if the bytes are as many as type and shape need. */
  SafetensorsSlot checked(String name) throws CheckpointException {
    long bytes = dtype.size;
    boolean overflow = false;
    for (long dim : shape) {
      overflow |= Math.multiplyHigh(bytes, dim) != 0 || bytes * dim < 0;
      bytes *= dim;
    }
    if (overflow || end - begin != bytes) {
      throw new CheckpointException(
          name
              + ": expected "
              + (overflow ? "a shape that fits the file" : bytes + " bytes")
              + " for "
              + dtype
              + " "
              + shape
              + ", found data_offsets ["
              + begin
              + ", "
              + end
              + "]");
    }
    return this;
  }
}
