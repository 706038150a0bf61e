package io.github.lstm4j.internal.kernels;

/**
 * sigmoid and tanh of a float: the formulas of native/src/activations.h, which explains them,
 * without fused multiply-add. Defined for every float; bounds in docs/numerics.md.
 */
final class Activations {
  static final float LOWEST = -104f;
  static final float ROUND = 12582912f;
  static final float LOG2_E = 0x1.715476p+0f;
  static final float LN2_HIGH = 0x1.62e400p-1f;
  static final float LN2_LOW = 0x1.7f7d1cp-20f;
  static final float E2 = 0x1.fffffcp-2f;
  static final float E3 = 0x1.555490p-3f;
  static final float E4 = 0x1.5558f4p-5f;
  static final float E5 = 0x1.123a6cp-7f;
  static final float E6 = 0x1.6a2352p-10f;
  static final float T_SMALL = 0.55f;
  static final float T0 = -3.3333319425582886e-1f;
  static final float T1 = 1.3332602381706238e-1f;
  static final float T2 = -5.385385826230049e-2f;
  static final float T3 = 2.1077757701277733e-2f;
  static final float T4 = -6.282471120357513e-3f;

  private Activations() {}

  static float sigmoid(float x) {
    float e = expNonpositive(-Math.abs(x));
    return (x < 0 ? e : 1f) / (e + 1f);
  }

  static float tanh(float x) {
    float y = Math.abs(x);
    float t;
    if (y < T_SMALL) {
      float u = y * y;
      float p = (((T4 * u + T3) * u + T2) * u + T1) * u + T0;
      t = p * u * y + y;
    } else {
      float e = expNonpositive(-2f * y);
      t = (1f - e) / (e + 1f);
    }
    return Math.copySign(t, x);
  }

  private static float expNonpositive(float x) {
    if (x < LOWEST) {
      x = LOWEST;
    }
    float shifted = x * LOG2_E + ROUND;
    float n = shifted - ROUND;
    float r = (x - n * LN2_HIGH) - n * LN2_LOW;
    float q = (((E6 * r + E5) * r + E4) * r + E3) * r + E2;
    float p = (r * r * q + r) + 1f;
    int m = Float.floatToRawIntBits(shifted) - Float.floatToRawIntBits(ROUND);
    int half = m >> 1;
    float scaleA = Float.intBitsToFloat((half + 127) << 23);
    float scaleB = Float.intBitsToFloat((m - half + 127) << 23);
    return p * scaleA * scaleB;
  }
}
