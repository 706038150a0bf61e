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

/* exp(x) = scale * (1 + p), with scale a power of 2 and |p| < 0.42. */
struct exponential {
  vf scale;
  vf p;
};

/*
 * For x from -88 to 89. With n = round(x / ln 2) and r = x - n ln 2 (ln 2 in two parts, so that n
 * times the first is exact), scale = 2^n and p = r + r^2 q(r). The coefficients of q are a minimax
 * fit of the relative error of exp, rounded to float.
 *
 * Adding 1.5 * 2^23 + 127 rounds to the nearest integer and leaves n + 127 in the lowest bits of
 * the sum, the exponent of 2^n: 0 for n = -127, infinity for n = 128.
 */
static inline struct exponential vexp(vf x) {
  const vf shift = vset1(12582912.0f + 127.0f);
  const vf shifted = vfma(x, vset1(0x1.715476p+0f), shift);
  const vf n = shifted - shift;
  vf r = vfma(n, vset1(-0x1.62e400p-1f), x);
  r = vfma(n, vset1(-0x1.7f7d1cp-20f), r);
  vf q = vset1(0x1.6a2352p-10f);
  q = vfma(q, r, vset1(0x1.123a6cp-7f));
  q = vfma(q, r, vset1(0x1.5558f4p-5f));
  q = vfma(q, r, vset1(0x1.555490p-3f));
  q = vfma(q, r, vset1(0x1.fffffcp-2f));
  struct exponential e;
  e.scale = (vf)((vu)shifted << 23);
  e.p = vfma(r * r, q, r);
  return e;
}

/*
 * A function value before its division: the cell multiplies two of them and divides once.
 * Numerators are at most 1 in size (tanh's for x < 0 more, as is its denominator, both below 2^30)
 * and denominators at least 1; a product that overflows makes the quotient 0, which is what it
 * rounds to or nearly.
 */
struct fraction {
  vf numerator;
  vf denominator;
};

static inline vf vquotient(struct fraction x) { return x.numerator / x.denominator; }

static inline vf vproduct(struct fraction x, struct fraction y) {
  return (x.numerator * y.numerator) / (x.denominator * y.denominator);
}

/* 1 / (1 + exp(-x)). */
static inline struct fraction vsigmoid(vf x) {
  const struct exponential e = vexp(vclamp(-x, -88.0f, 89.0f));
  struct fraction s;
  s.numerator = vset1(1.0f);
  s.denominator = vfma(e.scale, e.p + 1.0f, vset1(1.0f));
  return s;
}

/*
 * (1 - exp(-2x)) / (1 + exp(-2x)). With the exponential in parts, 1 - exp(-2x) = (1 - scale) -
 * scale
 * * p cancels nowhere: near 0, scale is 1 and p small. Beyond 10 the result is 1 to the last bit.
 */
static inline struct fraction vtanh(vf x) {
  const struct exponential e = vexp(vclamp(-2.0f * x, -20.0f, 20.0f));
  struct fraction t;
  t.numerator = vfma(-e.scale, e.p, 1.0f - e.scale);
  t.denominator = 2.0f - t.numerator;
  return t;
}

#endif /* LSTM4J_ACTIVATIONS_H */
