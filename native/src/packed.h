/*
 * Packed weights: their layout, and how they get there.
 *
 * A panel holds four vectors of columns for every k, in strips of as many vectors as the
 * micro-kernel reads together, [panel][strip][k][STRIP_VECTORS][VEC_WIDTH]. A plain matrix has
 * 4 * VEC_WIDTH consecutive columns in a panel; a gate matrix has the gates i, f, g, o of VEC_WIDTH
 * hidden units. Lanes without a column are zero.
 */
#ifndef LSTM4J_PACKED_H
#define LSTM4J_PACKED_H

#include "vec.h"

#define PANEL (4 * VEC_WIDTH)

/* Rows that share each weight they read: 6 x 4 sums, or 6 x 2 where there are 16 registers. */
#define MAX_ROWS 6

/* Rows whose sums of a whole panel fit 16 registers. */
#define FEW_ROWS 3

/* Vectors in a strip: those whose sums of six rows fit the registers, 32 or 16. */
#if defined(__AVX512F__) || defined(__aarch64__)
#define STRIP_VECTORS 4
#else
#define STRIP_VECTORS 2
#endif

/* A strip's floats for one k. */
#define STRIP (STRIP_VECTORS * VEC_WIDTH)

/* A panel, or its part from some k on. */
struct panel {
  const float *w; /* in the first strip */
  size_t strip;   /* floats from there to the next strip: those of all k */
};

static size_t packed_size(size_t columns, size_t k, int gates) {
  size_t vectors = (columns / (gates ? 4 : 1) + VEC_WIDTH - 1) / VEC_WIDTH;
  size_t panels = gates ? vectors : (vectors + 3) / 4;
  return panels * PANEL * k;
}

/* Where the n-th vector of all panels' begins, of k terms. */
static inline size_t vector_at(size_t n, size_t k) {
  return n / STRIP_VECTORS * k * STRIP + n % STRIP_VECTORS * VEC_WIDTH;
}

/* A square of weights transposed: rows `row_stride` apart become rows of VEC_WIDTH, STRIP apart.
 * What is outside the matrix, by `rows` and `columns`, is left out. */
static void pack_part(size_t rows, size_t columns, const float *weights, size_t row_stride,
                      float *packed) {
  for (size_t c = 0; c < columns; c++) {
    for (size_t r = 0; r < rows; r++) packed[c * STRIP + r] = weights[r * row_stride + c];
  }
}

/* The same for a whole one. What the square below will read, and the next one write, is asked for:
 * nothing else guesses so many rows. */
INLINE void pack_square(const float *weights, size_t row_stride, float *packed) {
  vf square[VEC_WIDTH];
#pragma GCC unroll 16
  for (size_t r = 0; r < VEC_WIDTH; r++) {
    __builtin_prefetch(weights + (r + VEC_WIDTH) * row_stride, 0, 2);
    __builtin_prefetch(packed + (r + VEC_WIDTH) * STRIP, 1);
    square[r] = vload(weights + r * row_stride);
  }
  vtranspose(square);
#pragma GCC unroll 16
  for (size_t c = 0; c < VEC_WIDTH; c++) vstore(packed + c * STRIP, square[c]);
}

static void pack(size_t columns, size_t k, int gates, const float *weights, float *packed) {
  const size_t width = gates ? columns / 4 : columns; /* of one gate; a plain matrix has one */
  const size_t size = packed_size(columns, k, gates);
  if (size > columns * k) memset(packed, 0, size * sizeof(float));
  for (size_t gate = 0; gate * width < columns; gate++) {
    for (size_t unit = 0; unit < width; unit += VEC_WIDTH) {
      const size_t vector = unit / VEC_WIDTH;
      float *to = packed + vector_at(gates ? 4 * vector + gate : vector, k);
      const float *from = weights + (gate * width + unit) * k;
      const size_t rows = width - unit < VEC_WIDTH ? width - unit : VEC_WIDTH;
      for (size_t j = 0; j < k; j += VEC_WIDTH) {
        if (rows == VEC_WIDTH && k - j >= VEC_WIDTH) {
          pack_square(from + j, k, to + j * STRIP);
        } else {
          pack_part(rows, k - j < VEC_WIDTH ? k - j : VEC_WIDTH, from + j, k, to + j * STRIP);
        }
      }
    }
  }
}

/* `columns` of a matrix whose rows lie row_stride apart. */
static void pack_columns(size_t columns, size_t k, const float *weights, size_t row_stride,
                         float *packed) {
  const size_t padded = (columns + PANEL - 1) / PANEL * PANEL;
  for (size_t j = 0; j < k; j++, packed += STRIP) {
    const float *row = weights + j * row_stride;
    float *to = packed;
    for (size_t n = 0; n < padded; n += STRIP, to += k * STRIP) {
      if (n + STRIP <= columns) {
#pragma GCC unroll 4
        for (size_t q = 0; q < STRIP; q += VEC_WIDTH) vstore(to + q, vload(row + n + q));
      } else {
        const size_t some = n < columns ? columns - n : 0;
        memcpy(to, row + columns - some, some * sizeof(float));
        memset(to + some, 0, (STRIP - some) * sizeof(float));
      }
    }
  }
}

static void pack_transposed(size_t columns, size_t k, const float *weights, float *packed) {
  pack_columns(columns, k, weights, columns, packed);
}

#endif /* LSTM4J_PACKED_H */
