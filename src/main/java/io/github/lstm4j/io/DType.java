package io.github.lstm4j.io;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Map;

/** The element types a file can hold, by safetensors' names, and their conversion to float32. */
enum DType {
  F64(8),
  F32(4),
  F16(2),
  BF16(2),
  I64(8),
  I32(4),
  I16(2),
  I8(1),
  U64(8),
  U32(4),
  U16(2),
  U8(1),
  BOOL(1),
  F8_E5M2(1),
  F8_E4M3(1),
  C64(8),
  C128(16);

  /** Bytes of one element. */
  final int size;

  DType(int size) {
    this.size = size;
  }

  private static final Map<String, DType> NUMPY =
      Map.of(
          "f8", F64, "f4", F32, "f2", F16, "i8", I64, "i4", I32, "i2", I16, "i1", I8, "u4", U32,
          "u2", U16, "u1", U8);

  /** The type with NumPy's code, without its byte order; null for what is no number read here. */
  static DType ofNumpy(String code) {
    return NUMPY.get(code);
  }

  /** Whether tensors of this type are read as weights. */
  boolean isFloat() {
    return ordinal() <= BF16.ordinal();
  }

  /** Whether elements of this type are whole numbers that fit a {@code long}. */
  boolean isInteger() {
    return ordinal() >= I64.ordinal() && ordinal() <= U8.ordinal() && this != U64;
  }

  /**
   * Converts elements until {@code from} is exhausted, rounding to nearest.
   *
   * @param from whole elements from position to limit, in its own byte order; moved
   * @param to moved by as many elements
   */
  void toFloats(ByteBuffer from, FloatBuffer to) {
    switch (this) {
      case F32 -> to.put(from.asFloatBuffer());
      case F64 -> {
        while (from.hasRemaining()) {
          to.put((float) from.getDouble());
        }
      }
      case F16 -> {
        while (from.hasRemaining()) {
          to.put(halfToFloat(from.getShort()));
        }
      }
      case BF16 -> {
        while (from.hasRemaining()) {
          to.put(Float.intBitsToFloat(from.getShort() << 16));
        }
      }
      default -> {
        while (from.hasRemaining()) {
          to.put((float) nextLong(from));
        }
      }
    }
    from.position(from.limit());
  }

  /** Reads one element of an integer type. */
  long nextLong(ByteBuffer from) {
    return switch (this) {
      case I64 -> from.getLong();
      case I32 -> from.getInt();
      case I16 -> from.getShort();
      case I8 -> from.get();
      case U32 -> Integer.toUnsignedLong(from.getInt());
      case U16 -> Short.toUnsignedInt(from.getShort());
      case U8 -> Byte.toUnsignedInt(from.get());
      default -> throw new IllegalStateException(this + " is not an integer type");
    };
  }

  /** IEEE 754 binary16 to binary32, exactly; the JDK has this from release 20 on. */
  static float halfToFloat(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = (half >> 10) & 0x1f;
    int fraction = half & 0x3ff;
    if (exponent == 0x1f) { // infinity, and NaN with its payload
      return Float.intBitsToFloat(sign | 0x7f800000 | fraction << 13);
    }
    if (exponent == 0) { // zero and subnormal: fraction times 2^-24, exact in float32
      float magnitude = fraction * 0x1p-24f;
      return sign == 0 ? magnitude : -magnitude;
    }
    return Float.intBitsToFloat(sign | (exponent + 127 - 15) << 23 | fraction << 13);
  }
}
