/*
 * One vector register of floats, for the instruction set this file is compiled for.
 *
 * Arithmetic uses the compiler's vector extension, so that + - * / need no names here. Only what
 * differs in kind has one: fused multiply-add (a separate multiply and add where the CPU has none)
 * and clamping. The build turns automatic contraction off: what is fused is what says vfma.
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

#define INLINE static inline __attribute__((always_inline))
#define NOINLINE static __attribute__((noinline))

/* Before a loop, for macros, where #pragma cannot stand. */
#define UNROLL(times) PRAGMA(GCC unroll times)
#define PRAGMA(text) _Pragma(#text)

typedef float vf __attribute__((vector_size(4 * VEC_WIDTH)));
typedef uint32_t vu __attribute__((vector_size(4 * VEC_WIDTH)));

static inline vf vset1(float x) { return x - (vf){0}; }

static inline vf vload(const float *p) {
  vf v;
  memcpy(&v, p, sizeof v);
  return v;
}

static inline void vstore(float *p, vf v) { memcpy(p, &v, sizeof v); }

/* The first n <= VEC_WIDTH lanes from memory, zeros behind; nothing past them is read. */
static inline vf vload_n(const float *p, size_t n) {
  vf v = {0};
  memcpy(&v, p, n * sizeof(float));
  return v;
}

static inline void vstore_n(float *p, vf v, size_t n) { memcpy(p, &v, n * sizeof(float)); }

/* x, in a register. Compilers read what is used twice from memory twice, if the instructions can. */
static inline vf vheld(vf x) {
#if defined(__x86_64__)
  __asm__("" : "+v"(x));
#elif defined(__aarch64__)
  __asm__("" : "+w"(x));
#endif
  return x;
}

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

/* x, but at least `low` and at most `high`; a NaN stays. */
static inline vf vclamp(vf x, float low, float high) {
#if defined(__AVX512F__)
  /* The second operand where one is NaN. */
  return (vf)_mm512_min_ps((__m512)vset1(high), _mm512_max_ps((__m512)vset1(low), (__m512)x));
#elif VEC_WIDTH == 8
  return (vf)_mm256_min_ps((__m256)vset1(high), _mm256_max_ps((__m256)vset1(low), (__m256)x));
#else
  const vu below = (vu)(x < vset1(low)), above = (vu)(x > vset1(high));
  return (vf)((below & (vu)vset1(low)) | (above & (vu)vset1(high)) | (~(below | above) & (vu)x));
#endif
}

/* The first halves of two vectors, lane by lane in turn; and the second ones. */
#if VEC_WIDTH == 16
#define FIRST_LANES 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23
#define SECOND_LANES 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31
#elif VEC_WIDTH == 8
#define FIRST_LANES 0, 8, 1, 9, 2, 10, 3, 11
#define SECOND_LANES 4, 12, 5, 13, 6, 14, 7, 15
#else
#define FIRST_LANES 0, 4, 1, 5
#define SECOND_LANES 2, 6, 3, 7
#endif
#if defined(__clang__)
#define SHUFFLE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define SHUFFLE(a, b, ...) __builtin_shuffle(a, b, (vu){__VA_ARGS__})
#endif

/*
 * VEC_WIDTH vectors as rows of a square, made its columns. Each round puts vectors in turn
 * that lie half the square apart: the place of a lane, by vector and lane, moves up by a binary
 * digit, and after all rounds vector and lane have changed places.
 */
INLINE void vtranspose(vf *square) {
#pragma GCC unroll 4
  for (int round = 1; round < VEC_WIDTH; round *= 2) {
    vf next[VEC_WIDTH];
#pragma GCC unroll 8
    for (int n = 0; n < VEC_WIDTH / 2; n++) {
      next[2 * n] = SHUFFLE(square[n], square[n + VEC_WIDTH / 2], FIRST_LANES);
      next[2 * n + 1] = SHUFFLE(square[n], square[n + VEC_WIDTH / 2], SECOND_LANES);
    }
#pragma GCC unroll 16
    for (int n = 0; n < VEC_WIDTH; n++) square[n] = next[n];
  }
}

#endif /* LSTM4J_VEC_H */
