/*
 * One vector register of floats, for the instruction set this file is compiled for.
 *
 * Arithmetic uses the compiler's vector extension, so that + - * / need no names here. Only what
 * differs in kind has one: fused multiply-add (a separate multiply and add where the CPU has none)
 * and selection. The build turns automatic contraction off: what is fused is what says vfma.
 */
#ifndef LSTM4J_VEC_H
#define LSTM4J_VEC_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__AVX512F__)
#include <immintrin.h>
#define VEC_WIDTH 16
#elif defined(__AVX2__) && defined(__FMA__)
#include <immintrin.h>
#define VEC_WIDTH 8
#elif defined(__ARM_NEON) && defined(__aarch64__)
#include <arm_neon.h>
#define VEC_WIDTH 4
#else
#define VEC_WIDTH 4
#endif

typedef float vf __attribute__((vector_size(4 * VEC_WIDTH)));
typedef uint32_t vu __attribute__((vector_size(4 * VEC_WIDTH)));

static inline vf vset1(float x) { return x - (vf){0}; }

static inline vf vload(const float *p) {
  vf v;
  memcpy(&v, p, sizeof v);
  return v;
}

static inline void vstore(float *p, vf v) { memcpy(p, &v, sizeof v); }

/* The first n < VEC_WIDTH lanes from memory, zeros behind; nothing past them is read. */
static inline vf vload_n(const float *p, size_t n) {
  vf v = {0};
  memcpy(&v, p, n * sizeof(float));
  return v;
}

static inline void vstore_n(float *p, vf v, size_t n) { memcpy(p, &v, n * sizeof(float)); }

/* a * b + c */
static inline vf vfma(vf a, vf b, vf c) {
#if defined(__AVX512F__)
  return (vf)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
#elif VEC_WIDTH == 8
  return (vf)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
#elif defined(__ARM_NEON) && defined(__aarch64__)
  return (vf)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b);
#else
  return a * b + c;
#endif
}

/* a < b ? x : y, lane by lane; a NaN in a or b chooses y. */
static inline vf vselect_lt(vf a, vf b, vf x, vf y) {
#if defined(__AVX512F__)
  __mmask16 less = _mm512_cmp_ps_mask((__m512)a, (__m512)b, _CMP_LT_OQ);
  return (vf)_mm512_mask_blend_ps(less, (__m512)y, (__m512)x);
#elif VEC_WIDTH == 8
  __m256 less = _mm256_cmp_ps((__m256)a, (__m256)b, _CMP_LT_OQ);
  return (vf)_mm256_blendv_ps((__m256)y, (__m256)x, less);
#else
  vu less = (vu)(a < b);
  return (vf)((less & (vu)x) | (~less & (vu)y));
#endif
}

/* x, but at least `low`; a NaN stays. */
static inline vf vat_least(vf low, vf x) {
#if defined(__AVX512F__)
  return (vf)_mm512_max_ps((__m512)low, (__m512)x); /* the second operand where one is NaN */
#elif VEC_WIDTH == 8
  return (vf)_mm256_max_ps((__m256)low, (__m256)x);
#else
  return vselect_lt(x, low, low, x);
#endif
}

/*
 * The integer nearest to x, |x| < 2^21: adding 1.5 * 2^23 leaves it in the low bits of the sum. Two
 * results because either form is wanted: as a float, and as that sum.
 */
struct vround {
  vf value;
  vf shifted;
};

#define VROUND_SHIFT 12582912.0f

static inline struct vround vround_product(vf x, vf factor) {
  struct vround n;
  n.shifted = vfma(x, factor, vset1(VROUND_SHIFT));
  n.value = n.shifted - VROUND_SHIFT;
  return n;
}

/*
 * p * 2^n for n from -252 to 127, gradually to a denormal. Where no instruction does it, 2^n is
 * applied in two factors, because no single float holds those below 2^-126.
 */
static inline vf vscale(vf p, struct vround n) {
#if defined(__AVX512F__)
  return (vf)_mm512_scalef_ps((__m512)p, (__m512)n.value);
#else
  vu m = (vu)n.shifted - (vu)vset1(VROUND_SHIFT); /* n of either sign, modulo 2^32 */
  vu half = ((m + 256u) >> 1) - 128u;             /* floor(n / 2) */
  return p * (vf)((half + 127u) << 23) * (vf)((m - half + 127u) << 23);
#endif
}

static inline vu vsign(vf x) { return (vu)x & 0x80000000u; }

static inline vf vabs(vf x) { return (vf)((vu)x & 0x7fffffffu); }

#endif /* LSTM4J_VEC_H */
