/*
 * Packed weights, and products with them.
 *
 * Layout: a panel holds four vectors of columns for every k, in strips of as many vectors as the
 * micro-kernel reads together, [panel][strip][k][STRIP_VECTORS][VEC_WIDTH]. A plain matrix has
 * 4 * VEC_WIDTH consecutive columns in a panel; a gate matrix has the gates i, f, g, o of VEC_WIDTH
 * hidden units. Lanes without a column are zero.
 *
 * The micro-kernel holds up to 24 sums in registers, or twelve where there are 16 of those, over the
 * whole of k or TERMS of it. Every sum is accumulated in the order of k from its start value,
 * whatever the number of rows, strips or panels taken together: a row's bits do not depend on its
 * company.
 */
#ifndef LSTM4J_PACKED_H
#define LSTM4J_PACKED_H

#include "vec.h"

#define PANEL (4 * VEC_WIDTH)

/* Floats in a cache line, of most CPUs. */
#define CACHE_LINE 16

/* Rows that share each weight they read: 6 x 4 sums, or 6 x 2 where there are 16 registers. */
#define MAX_ROWS 6

/*
 * Vectors in a strip. And how many k of a pair of panels a turn of the loop over k takes: with
 * shorter vectors a turn's own instructions cost a few percent. And how many groups of rows ask for
 * weights, and from where on fewer do; see AHEAD_FLOATS.
 */
#if defined(__AVX512F__) || defined(__aarch64__)
#define STRIP_VECTORS 4
enum { PAIR_K_PER_TURN = 1 };
#define AHEAD_GROUPS 3
#define AHEAD_FLOATS_OF_FEW SIZE_MAX
#else
#define STRIP_VECTORS 2
enum { PAIR_K_PER_TURN = 4 };
#define AHEAD_GROUPS 2
#define AHEAD_FLOATS_OF_FEW ((size_t)3 << 18)
#endif

/* A strip's floats for one k. */
#define STRIP (STRIP_VECTORS * VEC_WIDTH)

/* Rows whose sums of a whole panel fit 16 registers. */
#define FEW_ROWS 3

/* Vectors that so many rows take at a time: a strip's, or all of a panel's if all sums fit the
 * registers. (Two strips of one or two rows would have too few to hide the latency of vfma.) */
#define VECTORS_OF(rows) ((rows) > FEW_ROWS ? STRIP_VECTORS : 4)

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
 * registers, whose vectors are shorter, gain nevertheless where the weights are far away, if there
 * are more than FEW_ROWS.
 */
#define AHEAD_FLOATS ((size_t)1 << 17)

/* A result of more floats does not stay in the L2 cache. A group asks for its lines before it
 * writes them, as stores wait for them one after the other. */
#define FAR_FLOATS ((size_t)1 << 17)

/* What a group asks for, in each strip: a line at `from`, and with every k one `step` floats further.
 * NULL: none. The last ones may lie past the weights, where asking does nothing. */
struct ahead {
  const float *from; /* in the first strip */
  size_t step;
  size_t strip; /* floats from there to the next strip's; of three rows, as many as the panel's */
};

#define NOT_AHEAD ((struct ahead){NULL, 0, 0})

/* What else will be read or written soon, and does not lie in the L2 cache: groups of a product that
 * need not ask for weights ask for it, a line for every k. */
struct later {
  struct {
    const float *from;
    size_t floats; /* that are left to ask for */
  } blocks[4];
};

/* If there is such a thing, so many groups ask for a panel, each for half a line or more with every k,
 * and leave the others free. */
#define GROUPS_FOR_WEIGHTS (PANEL / CACHE_LINE)

/* A panel, or its part from some k on. */
struct panel {
  const float *w; /* in the first strip */
  size_t strip;   /* floats from there to the next strip: those of all k */
};

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

/* The share of the panel at `next` that group g of so many asks for while it takes k terms, if the
 * packed weights are of so many floats that it should. `strip` is the panel's. */
static inline struct ahead ahead_share(const float *next, size_t strip, size_t k, size_t all,
                                       size_t g, size_t groups, size_t rows) {
  if (rows <= FEW_ROWS) return NOT_AHEAD;
  const size_t near = groups >= AHEAD_GROUPS ? AHEAD_FLOATS : AHEAD_FLOATS_OF_FEW;
  if (all <= near) return NOT_AHEAD;
  /* No line is stepped over, though three groups then leave a quarter of the panel: CPUs that guess
   * what comes next are led astray by gaps. */
  const size_t even = (STRIP + groups - 1) / groups;
  const size_t step = even < CACHE_LINE ? even : CACHE_LINE;
  return g * step < STRIP ? (struct ahead){next + g * k * step, step, strip} : NOT_AHEAD;
}

/* The part of it that one group asks for. */
static struct ahead ahead_later(struct later *later, size_t k) {
  const size_t most = 4 / STRIP_VECTORS * k * CACHE_LINE;
  for (int n = 0; n < 4; n++) {
    const size_t left = later->blocks[n].floats, some = left < most ? left : most;
    if (some == 0) continue;
    const struct ahead ahead = {later->blocks[n].from, CACHE_LINE, k * CACHE_LINE};
    later->blocks[n].from += some;
    later->blocks[n].floats -= some;
    return ahead;
  }
  return NOT_AHEAD;
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
  for (size_t n = 0; n < columns; n += 2 * PANEL, packed += 2 * k * PANEL) {
    for (size_t done = 0; done == 0 || done < k; done += TERMS) {
      const size_t some = next_terms(k, done);
      const struct panel panel = {packed + done * STRIP, k * STRIP};
      const struct panel second = {panel.w + k * PANEL, panel.strip};
      const int more = add || done > 0;
      if (n + 2 * PANEL > columns) {
        multiply_group(1, columns - n, some, a + done, 0, 1, panel, c + n, 0, more, 0, NOT_AHEAD);
        if (n + PANEL >= columns) continue;
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

#endif /* LSTM4J_PACKED_H */
