/*
 * Packed weights, and products with them.
 *
 * Layout: a panel holds four vectors of columns for every k, in the order in which the micro-kernel
 * reads them, [panel][k][4][VEC_WIDTH]. A plain matrix has 4 * VEC_WIDTH consecutive columns in a
 * panel; a gate matrix has the gates i, f, g, o of VEC_WIDTH hidden units. Lanes without a column
 * are zero.
 *
 * The micro-kernel holds `rows` x 4 sums in registers over the whole of k, or of TERMS of it. Every
 * sum is accumulated in the order of k from its start value, whatever the number of rows or panels
 * taken together: a row's bits do not depend on its company.
 */
#ifndef LSTM4J_PACKED_H
#define LSTM4J_PACKED_H

#include "vec.h"

#define PANEL (4 * VEC_WIDTH)

/* Floats in a cache line, of most CPUs. */
#define CACHE_LINE 16

/*
 * Rows whose sums fit the registers: 4 sums each, one weight, one broadcast. And how many k a turn
 * of the loop over k takes: a turn's own instructions cost a few percent, but with 16 registers and
 * more than FEW_SUMS the compiler runs out of them if it sees more than one k. And from where on
 * fewer than three groups of rows ask for weights; see AHEAD_FLOATS. And whether a group asks for
 * what it will write: stores wait for their lines one after the other, and shorter vectors fill a
 * line in two of them. (Neither that nor turns of a pair of panels were measured with 32 registers.)
 */
#if defined(__AVX512F__) || defined(__aarch64__)
#define REGISTER_ROWS 6
enum { K_PER_TURN = 4, PAIR_K_PER_TURN = 1 };
#define AHEAD_FLOATS_OF_FEW SIZE_MAX
#define ASK_FOR_WRITTEN 0
#else
#define REGISTER_ROWS 3
enum { K_PER_TURN = 1, PAIR_K_PER_TURN = 4 };
#define AHEAD_FLOATS_OF_FEW ((size_t)3 << 18)
#define ASK_FOR_WRITTEN 1
#endif

#define FEW_SUMS 8

/* The most rows of a group: where three fit the registers, four take one half of a panel's columns
 * after the other. That is faster than two rows and two, whose loads keep few products busy. */
#define MAX_ROWS (REGISTER_ROWS == 3 ? 4 : REGISTER_ROWS)

/* Vectors of a panel that a group takes at a time. */
#define VECTORS_OF(rows) ((rows) > REGISTER_ROWS ? 2 : 4)

/* Terms summed at a time in a product: sums of sums round less than one long sum. With 4 * hidden
 * terms for every step of a gradient it shows. */
#define TERMS ((size_t)512)

/* Rows taken against all panels before the next ones: a block of A stays in the L2 cache. */
#define ROW_BLOCK 96

/*
 * Packed weights of more floats do not stay in the L2 cache, beside all else, so that the first
 * group of rows would wait for each panel. The groups before it ask for it instead, each for its
 * share and evenly, a part of a line for every k: a CPU has few places for lines under way, and the
 * products need them too. Few groups would have to ask faster than lines arrive; those of 16
 * registers, whose vectors are shorter, gain nevertheless where the weights are far away.
 */
#define AHEAD_FLOATS ((size_t)1 << 17)

/* What a group asks for: a line at `from`, and with every k one `step` floats further. NULL: none.
 * A line may be stepped over: CPUs fetch two at a time. The last ones may lie past the weights, where
 * asking does nothing. */
struct ahead {
  const float *from;
  size_t step;
};

#define NOT_AHEAD ((struct ahead){NULL, 0})

/* One panel's sums of one row. */
struct sums {
  vf v[4];
};

#include "three_rows.h"

/*
 * sum[r][q] += a[r] * panel[q], one k, for the vectors `first` to `end` - 1. These and `rows` are
 * constants wherever this is inlined. Two rows would wait for loads, if they did not share each
 * one's weights; for more there are too few registers, or too few loads to matter.
 */
INLINE void accumulate_one(const int rows, const int first, const int end, const float *a,
                           size_t a_stride, const float *panel, struct sums *sum) {
  vf w[4];
#pragma GCC unroll 4
  for (int q = first; q < end; q++) {
    w[q] = vload(panel + q * VEC_WIDTH);
    if (rows == 2) w[q] = vheld(w[q]);
  }
#pragma GCC unroll 6
  for (int r = 0; r < rows; r++) {
    vf x = vset1(a[(size_t)r * a_stride]);
#pragma GCC unroll 4
    for (int q = first; q < end; q++) sum[r].v[q] = vfma(x, w[q], sum[r].v[q]);
  }
}

/* A loop over k, `turn` of them at a time. Two loops: GCC does not take the question out of one. */
#define ACCUMULATE(turn)                                                       \
  if (ahead.from != NULL) {                                                    \
    UNROLL(turn)                                                               \
    for (size_t j = 0; j < k; j++, panel += PANEL, ahead.from += ahead.step) { \
      __builtin_prefetch(ahead.from, 0, 2);                                    \
      accumulate_one(rows, first, end, a + j * a_step, a_stride, panel, sum);  \
    }                                                                          \
    return;                                                                    \
  }                                                                            \
  UNROLL(turn)                                                                 \
  for (size_t j = 0; j < k; j++, panel += PANEL) {                             \
    accumulate_one(rows, first, end, a + j * a_step, a_stride, panel, sum);    \
  }

/* The same for k of them; a's rows lie a_stride apart and its columns a_step. */
INLINE void accumulate_vectors(const int rows, const int first, const int end, size_t k,
                               const float *a, size_t a_stride, size_t a_step, const float *panel,
                               struct sums *sum, struct ahead ahead) {
#if HAS_THREE_ROWS
  /* Not for two groups of rows, which have to ask for a line with every k. */
  if (rows == 3 && (a_step == 1 || (a_step == 3 && a_stride == 1)) && ahead.step < CACHE_LINE) {
    const size_t done = accumulate_three_rows(k, a, a_stride, a_step, panel, sum, ahead);
    a += done * a_step;
    panel += done * PANEL;
    k -= done;
    ahead = NOT_AHEAD; /* at most three k are left */
  }
#endif
  if (rows * (end - first) <= FEW_SUMS) {
    ACCUMULATE(4)
  } else {
    ACCUMULATE(K_PER_TURN)
  }
}

/* The same for all vectors; those that are taken first have had `done` of the k already. */
INLINE void accumulate(const int rows, size_t done, size_t k, const float *a, size_t a_stride,
                       size_t a_step, const float *panel, struct sums *sum, struct ahead ahead) {
  const int vectors = VECTORS_OF(rows);
  const float *from = a + done * a_step;
  if (vectors == 4) {
    accumulate_vectors(rows, 0, 4, k - done, from, a_stride, a_step, panel + done * PANEL, sum,
                       ahead);
    return;
  }
  ahead.step = (ahead.step + 1) / 2;
  accumulate_vectors(rows, 0, vectors, k - done, from, a_stride, a_step, panel + done * PANEL, sum,
                     ahead);
  if (ahead.from != NULL) ahead.from += k * ahead.step;
  accumulate_vectors(rows, vectors, 4, k, a, a_stride, a_step, panel, sum, ahead);
}

/* The same for one row and two panels: one row alone has too few sums to hide the latency of vfma.
 */
INLINE void accumulate_pair(size_t k, const float *a, const float *panel, const float *second,
                            struct sums *sum) {
  UNROLL(PAIR_K_PER_TURN)
  for (size_t j = 0; j < k; j++, panel += PANEL, second += PANEL) {
    vf x = vset1(a[j]);
#pragma GCC unroll 4
    for (int q = 0; q < 4; q++) sum[0].v[q] = vfma(x, vload(panel + q * VEC_WIDTH), sum[0].v[q]);
#pragma GCC unroll 4
    for (int q = 0; q < 4; q++) sum[1].v[q] = vfma(x, vload(second + q * VEC_WIDTH), sum[1].v[q]);
  }
}

/* Calls action(n) with a constant n for the n that `rows` is, 1 to MAX_ROWS. */
#define WITH_CONSTANT_ROWS(rows, action) \
  switch (rows) {                        \
    case 1:                              \
      action(1);                         \
      break;                             \
    case 2:                              \
      action(2);                         \
      break;                             \
    case 3:                              \
      action(3);                         \
      break;                             \
    case 4:                              \
      action(4);                         \
      break;                             \
      MORE_CONSTANT_ROWS(action)         \
  }
#if REGISTER_ROWS == 6
#define MORE_CONSTANT_ROWS(action) \
  case 5:                          \
    action(5);                     \
    break;                         \
  case 6:                          \
    action(6);                     \
    break;
#else
#define MORE_CONSTANT_ROWS(action)
#endif

/*
 * How many groups rows are taken in, and how many rows the next one takes. With six at most all
 * groups are alike: 32 is 6 6 5 5 5 5, not 6 6 6 6 6 2. Else they are threes, and at the end what is
 * left: 7 is 3 4, 8 is 3 3 2.
 */
#if REGISTER_ROWS == 6
static inline size_t groups_of(size_t rows) { return (rows + 5) / 6; }

static inline size_t group(size_t rows) {
  size_t groups = groups_of(rows);
  return groups == 0 ? 0 : (rows + groups - 1) / groups;
}
#else
static inline size_t groups_of(size_t rows) { return rows == 1 ? 1 : (rows + 1) / 3; }

static inline size_t group(size_t rows) { return rows <= 4 ? rows : 3; }
#endif

/* The share of the panel at `next` that group g of all rows' groups asks for while it takes k terms,
 * if the packed weights are of so many floats that it should. */
static inline struct ahead ahead_share(const float *next, size_t k, size_t all, size_t g,
                                       size_t rows) {
  if (rows <= REGISTER_ROWS) return NOT_AHEAD;
  const size_t groups = groups_of(rows);
  const size_t near = groups > 2 ? AHEAD_FLOATS : AHEAD_FLOATS_OF_FEW;
  if (all <= near) return NOT_AHEAD;
  const size_t step = (PANEL + groups - 1) / groups;
  return g * step < PANEL ? (struct ahead){next + g * k * step, step} : NOT_AHEAD;
}

static size_t packed_size(size_t columns, size_t k, int gates) {
  size_t vectors = (columns / (gates ? 4 : 1) + VEC_WIDTH - 1) / VEC_WIDTH;
  size_t panels = gates ? vectors : (vectors + 3) / 4;
  return panels * PANEL * k;
}

/* A square of weights transposed: rows `row_stride` apart become rows of VEC_WIDTH, PANEL apart.
 * What is outside the matrix, by `rows` and `columns`, is left out. */
static void pack_part(size_t rows, size_t columns, const float *weights, size_t row_stride,
                      float *packed) {
  for (size_t c = 0; c < columns; c++) {
    for (size_t r = 0; r < rows; r++) packed[c * PANEL + r] = weights[r * row_stride + c];
  }
}

/* The same for a whole one. The rows' next lines are asked for: nothing else guesses so many rows. */
INLINE void pack_square(const float *weights, size_t row_stride, float *packed) {
  vf square[VEC_WIDTH];
#pragma GCC unroll 16
  for (size_t r = 0; r < VEC_WIDTH; r++) {
    __builtin_prefetch(weights + r * row_stride + CACHE_LINE);
    square[r] = vload(weights + r * row_stride);
  }
  vtranspose(square);
#pragma GCC unroll 16
  for (size_t c = 0; c < VEC_WIDTH; c++) vstore(packed + c * PANEL, square[c]);
}

static void pack(size_t columns, size_t k, int gates, const float *weights, float *packed) {
  const size_t width = gates ? columns / 4 : columns; /* of one gate; a plain matrix has one */
  const size_t size = packed_size(columns, k, gates);
  if (size > columns * k) memset(packed, 0, size * sizeof(float));
  for (size_t gate = 0; gate * width < columns; gate++) {
    for (size_t unit = 0; unit < width; unit += VEC_WIDTH) {
      const size_t vector = unit / VEC_WIDTH;
      float *to = gates ? packed + vector * k * PANEL + gate * VEC_WIDTH
                        : packed + vector / 4 * k * PANEL + vector % 4 * VEC_WIDTH;
      const float *from = weights + (gate * width + unit) * k;
      const size_t rows = width - unit < VEC_WIDTH ? width - unit : VEC_WIDTH;
      for (size_t j = 0; j < k; j += VEC_WIDTH) {
        if (rows == VEC_WIDTH && k - j >= VEC_WIDTH) {
          pack_square(from + j, k, to + j * PANEL);
        } else {
          pack_part(rows, k - j < VEC_WIDTH ? k - j : VEC_WIDTH, from + j, k, to + j * PANEL);
        }
      }
    }
  }
}

/* `columns` of a matrix whose rows lie row_stride apart. */
static void pack_columns(size_t columns, size_t k, const float *weights, size_t row_stride,
                         float *packed) {
  for (size_t j = 0; j < k; j++, packed += PANEL) {
    const float *row = weights + j * row_stride;
    float *to = packed;
    size_t n = 0;
    for (; n + PANEL <= columns; n += PANEL, to += k * PANEL) {
#pragma GCC unroll 4
      for (size_t q = 0; q < PANEL; q += VEC_WIDTH) vstore(to + q, vload(row + n + q));
    }
    if (n < columns) {
      memcpy(to, row + n, (columns - n) * sizeof(float));
      memset(to + columns - n, 0, (PANEL - (columns - n)) * sizeof(float));
    }
  }
}

static void pack_transposed(size_t columns, size_t k, const float *weights, float *packed) {
  pack_columns(columns, k, weights, columns, packed);
}

/* Stores the first `columns` of a panel's sums, or adds them to what is there. */
INLINE void store_sums(const struct sums *sum, float *c, size_t columns, int add) {
#pragma GCC unroll 4
  for (size_t q = 0; q < 4; q++) {
    float *to = c + q * VEC_WIDTH;
    if (columns >= (q + 1) * VEC_WIDTH) {
      vstore(to, add ? vload(to) + sum->v[q] : sum->v[q]);
    } else if (columns > q * VEC_WIDTH) {
      const size_t some = columns - q * VEC_WIDTH;
      vstore_n(to, add ? vload_n(to, some) + sum->v[q] : sum->v[q], some);
    }
  }
}

INLINE void multiply_group(const int rows, size_t columns, size_t k, const float *a,
                           size_t a_stride, size_t a_step, const float *panel, float *c,
                           size_t c_stride, int add, struct ahead ahead) {
  struct sums sum[MAX_ROWS] = {0};
#pragma GCC unroll 6
  for (int r = 0; r < rows && ASK_FOR_WRITTEN; r++) {
#pragma GCC unroll 4
    for (size_t n = 0; n < PANEL; n += CACHE_LINE) {
      __builtin_prefetch(c + (size_t)r * c_stride + n, 1);
    }
  }
  accumulate(rows, 0, k, a, a_stride, a_step, panel, sum, ahead);
#pragma GCC unroll 6
  for (int r = 0; r < rows; r++) store_sums(&sum[r], c + (size_t)r * c_stride, columns, add);
}

/* The next of k terms, `done` of which are summed. */
static inline size_t next_terms(size_t k, size_t done) {
  return k - done < TERMS ? k - done : TERMS;
}

static void multiply_row(size_t columns, size_t k, const float *a, const float *packed, float *c,
                         int add) {
  for (size_t n = 0; n < columns; n += 2 * PANEL, packed += 2 * k * PANEL) {
    for (size_t done = 0; done == 0 || done < k; done += TERMS) {
      const size_t some = next_terms(k, done);
      const float *panel = packed + done * PANEL;
      const int more = add || done > 0;
      if (n + PANEL >= columns) {
        multiply_group(1, columns - n, some, a + done, 0, 1, panel, c + n, 0, more, NOT_AHEAD);
      } else {
        struct sums sum[2] = {0};
        accumulate_pair(some, a + done, panel, panel + k * PANEL, sum);
        store_sums(&sum[0], c + n, PANEL, more);
        store_sums(&sum[1], c + n + PANEL, columns - n - PANEL, more);
      }
    }
  }
}

/* k terms of one panel's columns. `next` is what will be multiplied then, of `all` packed floats. */
static void multiply_panel(size_t rows, size_t columns, size_t k, const float *a, size_t a_stride,
                           const float *panel, const float *next, size_t all, float *c,
                           size_t c_stride, int add) {
  size_t r = 0;
  for (size_t g = 0; r < rows; g++) {
    const size_t some = group(rows - r);
    struct ahead ahead = ahead_share(next, k, all, g, rows);
    const float *from = a + r * a_stride;
    float *to = c + r * c_stride;
#define ACTION(count) \
  multiply_group(count, columns, k, from, a_stride, 1, panel, to, c_stride, add, ahead)
    WITH_CONSTANT_ROWS(some, ACTION)
#undef ACTION
    r += some;
  }
}

static void multiply(size_t rows, size_t columns, size_t k, const float *a, size_t a_stride,
                     const float *packed, float *c, size_t c_stride, int add) {
  if (rows == 1) {
    multiply_row(columns, k, a, packed, c, add);
    return;
  }
  const size_t all = packed_size(columns, k, 0);
  for (size_t block = 0; block < rows; block += ROW_BLOCK) {
    const size_t some_rows = rows - block < ROW_BLOCK ? rows - block : ROW_BLOCK;
    const float *panel = packed;
    for (size_t n = 0; n < columns; n += PANEL) {
      for (size_t done = 0; done == 0 || done < k; done += TERMS) {
        const size_t some = next_terms(k, done);
        /* After the last panel comes the first, for the next rows. */
        const float *end = panel + some * PANEL, *next = end < packed + all ? end : packed;
        multiply_panel(some_rows, columns - n, some, a + block * a_stride + done, a_stride, panel,
                       next, all, c + block * c_stride + n, c_stride, add || done > 0);
        panel = end;
      }
    }
  }
}

#endif /* LSTM4J_PACKED_H */
