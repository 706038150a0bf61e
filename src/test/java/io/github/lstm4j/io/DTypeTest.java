package io.github.lstm4j.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DTypeTest {
  /** Every one of the 65,536 values against the definition of binary16. */
  @Test
  void halfIsExact() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      int exponent = bits >> 10 & 31;
      double fraction = (bits & 1023) / 1024.0;
      double magnitude =
          exponent == 0
              ? fraction * Math.pow(2, -14)
              : exponent < 31
                  ? (1 + fraction) * Math.pow(2, exponent - 15)
                  : fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
      float expected = (float) (bits >= 1 << 15 ? -magnitude : magnitude);
      float actual = DType.halfToFloat((short) bits);
      assertEquals(Float.floatToIntBits(expected), Float.floatToIntBits(actual), "bits " + bits);
    }
  }

  @Test
  void theSignAndPayloadOfAHalfNanSurvive() {
    assertEquals(0xffc02000, Float.floatToRawIntBits(DType.halfToFloat((short) 0xfe01)));
  }

  @ParameterizedTest
  @CsvSource({"3f80, 1", "c000, -2", "7f80, Infinity", "ff80, -Infinity", "8000, -0.0"})
  void bfloatIsTheUpperHalfOfAFloat(String hex, float expected) {
    assertArrayEquals(new float[] {expected}, convert(DType.BF16, shorts(hex)));
  }

  @Test
  void bfloatKeepsSubnormalsAndNan() {
    assertArrayEquals(
        new float[] {Float.intBitsToFloat(0x10000)}, convert(DType.BF16, shorts("1")));
    assertTrue(Float.isNaN(convert(DType.BF16, shorts("7fc1"))[0]));
  }

  @Test
  void doubleRoundsToNearestAndOverflowsToInfinity() {
    double[] values = {0.1, 1e300, -1e300, 1e-45, 1e-46, Double.NaN, 1 + 0x1p-24, 1 + 0x1.8p-24};
    ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      bytes.putDouble(value);
    }
    float infinity = Float.POSITIVE_INFINITY;
    assertArrayEquals(
        new float[] {0.1f, infinity, -infinity, Float.MIN_VALUE, 0, Float.NaN, 1, 1 + 0x1p-23f},
        convert(DType.F64, bytes.flip()));
  }

  @Test
  void integersAreSignedOrNotAsTheyAreNamed() {
    ByteBuffer ones = ByteBuffer.allocate(8).putLong(-1);
    assertEquals(-1, DType.I64.nextLong(ones.rewind()));
    assertEquals(-1, DType.I32.nextLong(ones.rewind()));
    assertEquals(-1, DType.I16.nextLong(ones.rewind()));
    assertEquals(-1, DType.I8.nextLong(ones.rewind()));
    assertEquals(0xffff_ffffL, DType.U32.nextLong(ones.rewind()));
    assertEquals(0xffff, DType.U16.nextLong(ones.rewind()));
    assertEquals(0xff, DType.U8.nextLong(ones.rewind()));
  }

  private static ByteBuffer shorts(String hex) {
    short bits = (short) Integer.parseInt(hex, 16);
    return ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN).putShort(bits).flip();
  }

  private static float[] convert(DType dtype, ByteBuffer bytes) {
    float[] floats = new float[bytes.remaining() / dtype.size];
    dtype.toFloats(bytes, FloatBuffer.wrap(floats));
    return floats;
  }
}
