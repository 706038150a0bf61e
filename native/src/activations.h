/*
 * sigmoid and tanh on vectors, for every float: NaN in, NaN out; saturation is exact; tiny results
 * underflow gradually. Bounds and the sweep that measures them: docs/numerics.md.
 *
 * The coefficients are minimax fits in the relative error of the whole function, rounded to float.
 */
#ifndef LSTM4J_ACTIVATIONS_H
#define LSTM4J_ACTIVATIONS_H

#include "vec.h"

/*
 * exp(x) for x <= 0. With n = round(x / ln 2) and r = x - n ln 2 (ln 2 in two parts, so that n
 * times the first is exact), exp(x) = 2^n (1 + r + r^2 q(r)). 2^n is applied in two factors because
 * n reaches -150 where the result is denormal, and no single float holds such a factor.
 */
static inline vf vexp_nonpositive(vf x) {
  const vf lowest = vset1(-104.0f); /* exp(-104) rounds to 0 */
  const vf round =
      vset1(12582912.0f); /* 1.5 * 2^23: adding it rounds to an integer in the low bits */
  x = vselect_lt(x, lowest, lowest, x);
  vf shifted = vfma(x, vset1(0x1.715476p+0f), round);
  vf n = shifted - round;
  vf r = vfma(n, vset1(-0x1.62e400p-1f), x);
  r = vfma(n, vset1(-0x1.7f7d1cp-20f), r);
  vf q = vset1(0x1.6a2352p-10f);
  q = vfma(q, r, vset1(0x1.123a6cp-7f));
  q = vfma(q, r, vset1(0x1.5558f4p-5f));
  q = vfma(q, r, vset1(0x1.555490p-3f));
  q = vfma(q, r, vset1(0x1.fffffcp-2f));
  vf p = vfma(r * r, q, r) + 1.0f;
  vu m = (vu)shifted - (vu)round;         /* n, as an integer of either sign modulo 2^32 */
  vu half = (vu)((m + 256u) >> 1) - 128u; /* floor(n / 2) for n >= -256 */
  vf scale_a = (vf)((half + 127u) << 23);
  vf scale_b = (vf)((m - half + 127u) << 23);
  return p * scale_a * scale_b;
}

/* With e = exp(-|x|): 1 / (1 + e) for x >= 0, e / (1 + e) for x < 0. Neither side overflows or
 * cancels. */
static inline vf vsigmoid(vf x) {
  vf e = vexp_nonpositive((vf)((vu)x | 0x80000000u));
  vf numerator = vselect_lt(x, vset1(0.0f), e, vset1(1.0f));
  return numerator / (e + 1.0f);
}

/*
 * tanh is odd: computed for |x|, sign put back. Below 0.55, x + x^3 p(x^2); above, (1 - e) / (1 +
 * e) with e = exp(-2 |x|), where 1 - e no longer cancels.
 */
static inline vf vtanh(vf x) {
  vf y = vabs(x);
  vf u = y * y;
  vf p = vset1(-6.282471120357513e-3f);
  p = vfma(p, u, vset1(2.1077757701277733e-2f));
  p = vfma(p, u, vset1(-5.385385826230049e-2f));
  p = vfma(p, u, vset1(1.3332602381706238e-1f));
  p = vfma(p, u, vset1(-3.3333319425582886e-1f));
  vf small = vfma(p * u, y, y);
  vf e = vexp_nonpositive(-2.0f * y);
  vf large = (1.0f - e) / (e + 1.0f);
  vf t = vselect_lt(y, vset1(0.55f), small, large);
  return (vf)((vu)t | vsign(x));
}

#endif /* LSTM4J_ACTIVATIONS_H */
