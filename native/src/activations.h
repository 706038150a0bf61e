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
 * times the first is exact), exp(x) = 2^n (1 + r + r^2 q(r)).
 */
static inline vf vexp_nonpositive(vf x) {
  x = vat_least(vset1(-104.0f), x); /* exp(-104) rounds to 0 */
  struct vround n = vround_product(x, vset1(0x1.715476p+0f));
  vf r = vfma(n.value, vset1(-0x1.62e400p-1f), x);
  r = vfma(n.value, vset1(-0x1.7f7d1cp-20f), r);
  vf q = vset1(0x1.6a2352p-10f);
  q = vfma(q, r, vset1(0x1.123a6cp-7f));
  q = vfma(q, r, vset1(0x1.5558f4p-5f));
  q = vfma(q, r, vset1(0x1.555490p-3f));
  q = vfma(q, r, vset1(0x1.fffffcp-2f));
  vf p = vfma(r * r, q, r) + 1.0f;
  return vscale(p, n);
}

/*
 * A function value before its division: the cell multiplies two of them and divides once.
 * Numerators are at most 1 in size and denominators lie in [1, 2], so products neither overflow nor
 * lose bits that the quotient has.
 */
struct fraction {
  vf numerator;
  vf denominator;
};

static inline vf vquotient(struct fraction x) { return x.numerator / x.denominator; }

static inline vf vproduct(struct fraction x, struct fraction y) {
  return (x.numerator * y.numerator) / (x.denominator * y.denominator);
}

/* With e = exp(-|x|): 1 / (1 + e) for x >= 0, e / (1 + e) for x < 0. Neither overflows or cancels.
 */
static inline struct fraction vsigmoid(vf x) {
  vf e = vexp_nonpositive((vf)((vu)x | 0x80000000u));
  struct fraction s;
  s.numerator = vselect_lt(x, vset1(0.0f), e, vset1(1.0f));
  s.denominator = e + 1.0f;
  return s;
}

/*
 * tanh is odd: computed for |x|, sign put back. Below 0.55, x + x^3 p(x^2); above, (1 - e) / (1 +
 * e) with e = exp(-2 |x|), where 1 - e no longer cancels.
 */
static inline struct fraction vtanh(vf x) {
  vf y = vabs(x);
  vf u = y * y;
  vf p = vset1(-6.282471120357513e-3f);
  p = vfma(p, u, vset1(2.1077757701277733e-2f));
  p = vfma(p, u, vset1(-5.385385826230049e-2f));
  p = vfma(p, u, vset1(1.3332602381706238e-1f));
  p = vfma(p, u, vset1(-3.3333319425582886e-1f));
  vf small = vfma(p * u, y, y);
  vf e = vexp_nonpositive(-2.0f * y);
  const vf limit = vset1(0.55f);
  struct fraction t;
  t.numerator = (vf)((vu)vselect_lt(y, limit, small, 1.0f - e) | vsign(x));
  t.denominator = vselect_lt(y, limit, vset1(1.0f), e + 1.0f);
  return t;
}

#endif /* LSTM4J_ACTIVATIONS_H */
