package io.github.lstm4j.io;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * NumPy's scalars in a pickle: the best loss so far, in many a training checkpoint. They are stored
 * as a type and the bytes of one element.
 */
final class NumpyScalars {
  /** What a pickle calls for them. */
  static final Set<String> CALLABLE =
      Set.of(
          "_codecs.encode", // how protocol 2 spells bytes
          "numpy.dtype",
          "numpy.core.multiarray.scalar",
          "numpy._core.multiarray.scalar"); // NumPy 2

  private NumpyScalars() {}

  /** {@code numpy.dtype}: made from a code such as {@code f8}; BUILD tells the byte order. */
  static final class NumpyType {
    private final String code;
    private ByteOrder order = ByteOrder.LITTLE_ENDIAN;

    private NumpyType(String code) {
      this.code = code;
    }

    /** Takes the pickled state, {@code (version, byte order, ...)}. */
    void build(Object state) throws CheckpointException {
      Object[] parts = TorchObjects.tuple(state, "the state of numpy.dtype");
      boolean big = ">".equals(TorchObjects.at(parts, 1));
      order = big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    }
  }

  /** Does what REDUCE does for a name of {@link #CALLABLE}. */
  static Object call(String name, Object[] args, HeapBudget heap) throws CheckpointException {
    Object first = TorchObjects.at(args, 0);
    if (name.equals("numpy.dtype") && first instanceof String code) {
      return new NumpyType(code);
    }
    if (name.equals("_codecs.encode") && first instanceof String text) {
      heap.charge(text.length());
      return text.getBytes(StandardCharsets.ISO_8859_1);
    }
    if (name.endsWith("scalar") && first instanceof NumpyType type) {
      return scalar(type, TorchObjects.at(args, 1));
    }
    throw new CheckpointException(
        "expected what " + name + " takes, found " + TorchObjects.kind(first));
  }

  /** Returns a number or a boolean, or for what is neither its type in words. */
  private static Object scalar(NumpyType type, Object value) throws CheckpointException {
    DType dtype = type.code.equals("b1") ? DType.BOOL : DType.ofNumpy(type.code);
    if (dtype == null) {
      return "a NumPy scalar of type " + type.code;
    }
    byte[] bytes =
        value instanceof String text // as Python 2 pickled it
            ? text.getBytes(StandardCharsets.ISO_8859_1)
            : value instanceof byte[] raw ? raw : new byte[0];
    if (bytes.length != dtype.size) {
      throw new CheckpointException(
          "expected "
              + dtype.size
              + " bytes for a NumPy scalar of type "
              + type.code
              + ", found "
              + bytes.length);
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(type.order);
    return switch (dtype) {
      case F64 -> buffer.getDouble();
      case F32 -> buffer.getFloat();
      case F16 -> DType.halfToFloat(buffer.getShort());
      case BOOL -> bytes[0] != 0;
      default -> dtype.nextLong(buffer);
    };
  }
}
