/*
 * sigmoid and tanh on vectors, for every float: NaN in, NaN out; results stay in their range and
 * saturate. Bounds and the sweep that measures them: docs/numerics.md.
 *
 * Both come from one exponential, without branches and with as few instructions as can be: for
 * small layers they are a fifth of the work.
 */
#ifndef LSTM4J_ACTIVATIONS_H
#define LSTM4J_ACTIVATIONS_H

#include "vec.h"

/*
 * A function value before its division: the cell multiplies two of them and divides once.
 * Numerators are at most 1 in size (tanh's for x < 0 more, as is its denominator, both below 2^30)
 * and denominators at least 1. A product that overflows makes the quotient 0: for a tanh of x < 0
 * and a sigmoid below 2^-99, some 1.6e-30 (docs/ruled-out.md says what would not).
 */
struct fraction {
  vf numerator;
  vf denominator;
};

INLINE vf vquotient(struct fraction x) { return x.numerator / x.denominator; }

INLINE vf vproduct(struct fraction x, struct fraction y) {
  return (x.numerator * y.numerator) / (x.denominator * y.denominator);
}

/* 1.5 * 2^23, which rounds what is added to it to an integer, in its lowest bits. */
#define ROUNDING 12582912.0f

/*
 * sign * (exp(-m s) - 1 + m s) / (m s^2), for m |s| < 0.35 and m a power of 2: a minimax fit of the
 * relative error of exp for m = 1, rounded to float. Multiplied by powers of 2 it stays what it is.
 */
INLINE vf vseries(vf s, const float m, const float sign) {
  vf q = vset1(sign * m * m * m * m * m * 0x1.6a2352p-10f);
  q = vfma(q, s, vset1(-sign * m * m * m * m * 0x1.123a6cp-7f));
  q = vfma(q, s, vset1(sign * m * m * m * 0x1.5558f4p-5f));
  q = vfma(q, s, vset1(-sign * m * m * 0x1.555490p-3f));
  return vfma(q, s, vset1(sign * m * 0x1.fffffcp-2f));
}

/*
 * 1 / (1 + exp(-x)). With n = round(-x / ln 2) and s = x + n ln 2, exp(-x) = 2^n exp(-s). ln 2 comes
 * in two parts, the first so short that n times it is exact, as n times its rounding would show
 * near -88. ROUNDING + 127 leaves n + 127 in the lowest bits, the exponent of 2^n: 0 for n = -127,
 * infinity for n = 128.
 */
INLINE struct fraction vsigmoid(vf x) {
  const vf shift = vset1(ROUNDING + 127.0f);
  x = vclamp(x, -89.0f, 88.0f);
  const vf shifted = vfma(x, vset1(-0x1.715476p+0f), shift);
  const vf n = shifted - shift;
  const vf scale = (vf)((vu)shifted << 23);
  vf s = vfma(n, vset1(0x1.62e400p-1f), x);
  s = vfma(n, vset1(0x1.7f7d1cp-20f), s);
  const vf q = vseries(s, 1, 1);
  struct fraction y;
  y.numerator = vset1(1.0f);
  y.denominator = vfma(scale, vfma(vfma(q, s, vset1(-1.0f)), s, vset1(1.0f)), vset1(1.0f));
  return y;
}

/*
 * (1 - exp(-2x)) / (1 + exp(-2x)). With n = round(-2x / ln 2), s = x + n (ln 2 / 2) and
 * p = (1 - exp(-2s)) / 2 = s - s^2 q, the numerator is (1 - 2^n) + 2^(n + 1) p, which cancels
 * nowhere: near 0, n is 0. Beyond 10 the result is 1 to the last bit, and far before that the
 * rounding of ln 2 no longer shows. ROUNDING + 128 makes `twice` 2^(n + 1).
 */
INLINE struct fraction vtanh(vf x) {
  const vf shift = vset1(ROUNDING + 128.0f);
  x = vclamp(x, -10.0f, 10.0f);
  const vf shifted = vfma(x, vset1(-0x1.715476p+1f), shift);
  const vf twice = (vf)((vu)shifted << 23);
  const vf s = vfma(shifted - shift, vset1(0x1.62e430p-2f), x);
  const vf p = vfma(s * s, vseries(s, 2, -1), s);
  struct fraction y;
  y.numerator = vfma(twice, p, vfma(twice, vset1(-0.5f), vset1(1.0f)));
  y.denominator = 2.0f - y.numerator;
  return y;
}

#endif /* LSTM4J_ACTIVATIONS_H */
