package io.github.lstm4j.internal.kernels;

/**
 * sigmoid and tanh of a float: the formulas of native/src/activations.h, which explains them,
 * without fused multiply-add. Defined for every float; bounds in docs/numerics.md.
 */
final class Activations {
  static final float SIGMOID_LOWEST = -88f;
  static final float SIGMOID_HIGHEST = 89f;
  static final float TANH_LIMIT = 20f;
  static final float SHIFT = 12582912f + 127f;
  static final float LOG2_E = 0x1.715476p+0f;
  static final float LN2_HIGH = 0x1.62e400p-1f;
  static final float LN2_LOW = 0x1.7f7d1cp-20f;
  static final float E2 = 0x1.fffffcp-2f;
  static final float E3 = 0x1.555490p-3f;
  static final float E4 = 0x1.5558f4p-5f;
  static final float E5 = 0x1.123a6cp-7f;
  static final float E6 = 0x1.6a2352p-10f;

  private Activations() {}

  static float sigmoid(float x) {
    float y = Math.min(SIGMOID_HIGHEST, Math.max(SIGMOID_LOWEST, -x));
    float shifted = y * LOG2_E + SHIFT;
    return 1f / (scale(shifted) * (expPart(y, shifted - SHIFT) + 1f) + 1f);
  }

  static float tanh(float x) {
    float y = Math.min(TANH_LIMIT, Math.max(-TANH_LIMIT, -2f * x));
    float shifted = y * LOG2_E + SHIFT;
    float scale = scale(shifted);
    float numerator = (1f - scale) - scale * expPart(y, shifted - SHIFT);
    return numerator / (2f - numerator);
  }

  /** {@code 2^n}. */
  private static float scale(float shifted) {
    return Float.intBitsToFloat(Float.floatToRawIntBits(shifted) << 23);
  }

  /** {@code p} of {@code exp(x) = 2^n (1 + p)}. */
  private static float expPart(float x, float n) {
    float r = (x - n * LN2_HIGH) - n * LN2_LOW;
    float q = (((E6 * r + E5) * r + E4) * r + E3) * r + E2;
    return r * r * q + r;
  }
}
