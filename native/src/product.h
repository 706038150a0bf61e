/*
 * Products with packed weights.
 *
 * The micro-kernel holds up to 24 sums in registers, or twelve where there are 16 of those, over the
 * whole of k or TERMS of it. Every sum is accumulated in the order of k from its start value,
 * whatever the number of rows, strips or panels taken together: a row's bits do not depend on its
 * company.
 */
#ifndef LSTM4J_PRODUCT_H
#define LSTM4J_PRODUCT_H

#include "ahead.h"

/* Vectors that so many rows take at a time: a strip's, or all of a panel's if all sums fit the
 * registers. (Two strips of one or two rows would have too few to hide the latency of vfma.) */
#define VECTORS_OF(rows) ((rows) > FEW_ROWS ? STRIP_VECTORS : 4)

/* Terms summed at a time in a product: sums of sums round less than one long sum. With 4 * hidden
 * terms for every step of a gradient it shows. */
#define TERMS ((size_t)512)

/* Rows taken against all panels before the next ones: a block of A stays in the L2 cache. */
#define ROW_BLOCK 96

/* How many k of a pair of panels a turn of the loop over k takes: with shorter vectors a turn's own
 * instructions cost a few percent. */
enum { PAIR_K_PER_TURN = STRIP_VECTORS == 4 ? 1 : 4 };

/* One panel's sums of one row. */
struct sums {
  vf v[4];
};

#include "avx2_loop.h"

/*
 * sum[r][q] += a[r] * panel[q], the k-th, for the vectors `first` to `end` - 1. These and `rows` are
 * constants wherever this is inlined. Two rows would wait for loads, if they did not share each
 * one's weights; for more there are too few registers, or too few loads to matter.
 */
INLINE void accumulate_one(const int rows, const int first, const int end, const float *a,
                           size_t a_stride, struct panel panel, size_t k, struct sums *sum) {
  vf w[4];
#pragma GCC unroll 4
  for (int q = first; q < end; q++) {
    const float *strip = panel.w + (size_t)(q / STRIP_VECTORS) * panel.strip + k * STRIP;
    w[q] = vload(strip + q % STRIP_VECTORS * VEC_WIDTH);
    if (rows == 2) w[q] = vheld(w[q]);
  }
#pragma GCC unroll 6
  for (int r = 0; r < rows; r++) {
    vf x = vset1(a[(size_t)r * a_stride]);
#pragma GCC unroll 4
    for (int q = first; q < end; q++) sum[r].v[q] = vfma(x, w[q], sum[r].v[q]);
  }
}

/* The same for k of them; a's rows lie a_stride apart and its columns a_step. */
INLINE void accumulate(const int rows, const int first, const int end, size_t k, const float *a,
                       size_t a_stride, size_t a_step, struct panel panel, struct sums *sum,
                       struct ahead ahead) {
#if HAS_LOOP
  if (has_loop(rows, a_stride, a_step)) {
    accumulate_loop(rows, first, k, a, a_stride, a_step, panel, sum, ahead);
    return;
  }
#endif
  /* Two loops: GCC does not take the question out of one. */
  if (ahead.from != NULL) {
#pragma GCC unroll 4
    for (size_t j = 0; j < k; j++) {
      for (int q = first; q < end; q += STRIP_VECTORS) {
        const size_t strip = (size_t)(q / STRIP_VECTORS) * ahead.strip;
        __builtin_prefetch(ahead.from + strip + j * ahead.step, 0, 2);
      }
      accumulate_one(rows, first, end, a + j * a_step, a_stride, panel, j, sum);
    }
    return;
  }
#pragma GCC unroll 4
  for (size_t j = 0; j < k; j++) {
    accumulate_one(rows, first, end, a + j * a_step, a_stride, panel, j, sum);
  }
}

/* The same for one row and two panels: one row alone has too few sums to hide the latency of vfma.
 */
INLINE void accumulate_pair(size_t k, const float *a, struct panel panel, struct panel second,
                            struct sums *sum) {
  UNROLL(PAIR_K_PER_TURN)
  for (size_t j = 0; j < k; j++) {
    accumulate_one(1, 0, 4, a + j, 0, panel, j, &sum[0]);
    accumulate_one(1, 0, 4, a + j, 0, second, j, &sum[1]);
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
    case 5:                              \
      action(5);                         \
      break;                             \
    case 6:                              \
      action(6);                         \
      break;                             \
  }

/*
 * How many groups rows are taken in, and how many rows the next one takes. All are alike: 32 is
 * 6 6 5 5 5 5, not 6 6 6 6 6 2.
 */
static inline size_t groups_of(size_t rows) { return (rows + MAX_ROWS - 1) / MAX_ROWS; }

static inline size_t group(size_t rows) {
  size_t groups = groups_of(rows);
  return groups == 0 ? 0 : (rows + groups - 1) / groups;
}

/* Whether rows hold nothing but zeros, of either sign; read to the first that does not. */
static int all_zero(size_t rows, size_t n, const float *a, size_t a_stride) {
  for (size_t r = 0; r < rows; r++, a += a_stride) {
    vu any = {0};
    size_t k = 0;
    for (; k + VEC_WIDTH <= n; k += VEC_WIDTH) any |= (vu)vload(a + k);
    if (k < n) any |= (vu)vload_n(a + k, n - k);
    any <<= 1; /* the sign */
    uint32_t some = 0;
    for (size_t lane = 0; lane < VEC_WIDTH; lane++) some |= any[lane];
    if (some != 0) return 0;
  }
  return 1;
}

/* Writes sums `first` to `end` - 1, or adds them to what is there. */
INLINE void store_sums(const int first, const int end, const struct sums *sum, float *c, int add) {
#pragma GCC unroll 4
  for (int q = first; q < end; q++) {
    float *to = c + q * VEC_WIDTH;
    vstore(to, add ? vload(to) + sum->v[q] : sum->v[q]);
  }
}

/* Of a panel's columns in `from`, PANEL floats a row, the first ones. */
NOINLINE void store_part(size_t rows, size_t columns, const float *from, float *c, size_t c_stride,
                         int add) {
  for (size_t r = 0; r < rows; r++, from += PANEL, c += c_stride) {
    for (size_t n = 0; n < columns; n++) c[n] = add ? c[n] + from[n] : from[n];
  }
}

/* `far`: whether c is one of FAR_FLOATS. */
INLINE void multiply_group(const int rows, size_t columns, size_t k, const float *a,
                           size_t a_stride, size_t a_step, struct panel panel, float *c,
                           size_t c_stride, int add, int far, struct ahead ahead) {
  float part[MAX_ROWS * PANEL];
  const int whole = columns >= PANEL;
  float *to = whole ? c : part;
  const size_t stride = whole ? c_stride : PANEL;
  const int vectors = VECTORS_OF(rows);
#pragma GCC unroll 2
  for (int first = 0; first < 4; first += vectors) {
    const int end = first + vectors;
    if (far) {
#pragma GCC unroll 6
      for (size_t r = 0; r < (size_t)rows; r++) {
#pragma GCC unroll 4
        for (int q = first; q < end; q += CACHE_LINE / VEC_WIDTH) {
          __builtin_prefetch(to + r * stride + q * VEC_WIDTH, 1);
        }
      }
    }
    struct sums sum[MAX_ROWS] = {0};
    accumulate(rows, first, end, k, a, a_stride, a_step, panel, sum, ahead);
#pragma GCC unroll 6
    for (size_t r = 0; r < (size_t)rows; r++) {
      store_sums(first, end, &sum[r], to + r * stride, whole && add);
    }
  }
  if (!whole) store_part((size_t)rows, columns, part, c, c_stride, add);
}

/* The next of k terms, `done` of which are summed. */
static inline size_t next_terms(size_t k, size_t done) {
  return k - done < TERMS ? k - done : TERMS;
}

static void multiply_row(size_t columns, size_t k, const float *a, const float *packed, float *c,
                         int add) {
  for (size_t n = 0; n < columns; n += 2 * PANEL) {
    for (size_t done = 0; done == 0 || done < k; done += TERMS) {
      const size_t some = next_terms(k, done);
      const struct panel panel = {packed + n * k + done * STRIP, k * STRIP};
      const int more = add || done > 0;
      if (n + PANEL >= columns) {
        multiply_group(1, columns - n, some, a + done, 0, 1, panel, c + n, 0, more, 0, NOT_AHEAD);
        continue;
      }
      const struct panel second = {panel.w + k * PANEL, panel.strip};
      if (n + 2 * PANEL > columns) {
        multiply_group(1, PANEL, some, a + done, 0, 1, panel, c + n, 0, more, 0, NOT_AHEAD);
        multiply_group(1, columns - n - PANEL, some, a + done, 0, 1, second, c + n + PANEL, 0, more,
                       0, NOT_AHEAD);
      } else {
        struct sums sum[2] = {0};
        accumulate_pair(some, a + done, panel, second, sum);
        store_sums(0, 4, &sum[0], c + n, more);
        store_sums(0, 4, &sum[1], c + n + PANEL, more);
      }
    }
  }
}

/* k terms of one panel's columns. `next` is what will be multiplied then, of `all` packed floats. */
static void multiply_panel(size_t rows, size_t columns, size_t k, const float *a, size_t a_stride,
                           struct panel panel, const float *next, size_t all, float *c,
                           size_t c_stride, int add, int far, struct later *later) {
  size_t groups = groups_of(rows);
  if (later != NULL && groups > GROUPS_FOR_WEIGHTS) groups = GROUPS_FOR_WEIGHTS;
  size_t r = 0;
  for (size_t g = 0; r < rows; g++) {
    const size_t some = group(rows - r);
    struct ahead ahead = ahead_share(next, panel.strip, k, all, g, groups, rows);
    if (ahead.from == NULL && later != NULL && some > FEW_ROWS) ahead = ahead_later(later, k);
    const float *from = a + r * a_stride;
    float *to = c + r * c_stride;
#define ACTION(count) \
  multiply_group(count, columns, k, from, a_stride, 1, panel, to, c_stride, add, far, ahead)
    WITH_CONSTANT_ROWS(some, ACTION)
#undef ACTION
    r += some;
  }
}

/* Asks for A's next rows if they leave room in the L2 cache; with the last ones, for what comes later,
 * unless that is NULL. */
static void multiply_asking(size_t rows, size_t columns, size_t k, const float *a, size_t a_stride,
                            const float *packed, float *c, size_t c_stride, int add,
                            struct later *later) {
  if (rows == 1) {
    multiply_row(columns, k, a, packed, c, add);
    return;
  }
  const size_t all = packed_size(columns, k, 0);
  const int far = rows * columns > FAR_FLOATS;
  for (size_t block = 0; block < rows; block += ROW_BLOCK) {
    const size_t some_rows = rows - block < ROW_BLOCK ? rows - block : ROW_BLOCK;
    const size_t after = block + some_rows, left = rows - after;
    const size_t floats = (left < ROW_BLOCK ? left : ROW_BLOCK) * a_stride;
    struct later next_rows = {{{a + after * a_stride, floats}}};
    struct later *asking = left == 0 ? later : floats <= FAR_FLOATS ? &next_rows : NULL;
    for (size_t n = 0; n < columns; n += PANEL) {
      for (size_t done = 0; done == 0 || done < k; done += TERMS) {
        const size_t some = next_terms(k, done);
        const struct panel panel = {packed + n * k + done * STRIP, k * STRIP};
        /* After a panel comes the next one, and after the last the first, for the next rows. */
        const float *next = done + some < k       ? panel.w + some * STRIP
                            : n + PANEL < columns ? packed + (n + PANEL) * k
                                                  : packed;
        multiply_panel(some_rows, columns - n, some, a + block * a_stride + done, a_stride, panel,
                       next, all, c + block * c_stride + n, c_stride, add || done > 0, far, asking);
      }
    }
  }
}

static void multiply(size_t rows, size_t columns, size_t k, const float *a, size_t a_stride,
                     const float *packed, float *c, size_t c_stride, int add) {
  multiply_asking(rows, columns, k, a, a_stride, packed, c, c_stride, add, NULL);
}

#endif /* LSTM4J_PRODUCT_H */
