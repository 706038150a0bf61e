/*
 * Products with packed weights, and the recurrence that keeps its gates in registers.
 *
 * Layout: a panel holds four vectors of columns for every k, in the order in which the micro-kernel
 * reads them, [panel][k][4][VEC_WIDTH]. A plain matrix has 4 * VEC_WIDTH consecutive columns in a
 * panel; a gate matrix has the gates i, f, g, o of VEC_WIDTH hidden units. Lanes without a column
 * are zero.
 *
 * The micro-kernel holds `rows` x 4 sums in registers over the whole of k. Every sum is accumulated
 * in the order of k from its start value, whatever the number of rows or panels taken together: a
 * row's bits do not depend on its company.
 */
#ifndef LSTM4J_PACKED_H
#define LSTM4J_PACKED_H

#include "cell.h"

#define PANEL (4 * VEC_WIDTH)

/* Floats in a cache line, of most CPUs. */
#define CACHE_LINE 16

/* Rows whose sums fit the registers: 4 sums each, one weight, one broadcast. */
#if defined(__AVX512F__) || defined(__aarch64__)
#define MAX_ROWS 6
#else
#define MAX_ROWS 3
#endif

/* Rows taken against all panels before the next ones: a block of A stays in the L2 cache. */
#define ROW_BLOCK 96

/*
 * Packed weights of more floats do not stay in the L2 cache, so that the first group of rows would
 * wait for each panel. The groups before it ask for it instead, each for a share of a line for
 * every k; fewer groups than AHEAD_GROUPS would have to ask faster than the lines arrive.
 */
#define AHEAD_FLOATS ((size_t)1 << 19)
#define AHEAD_GROUPS 3
#define AHEAD_SHARES (PANEL / CACHE_LINE)

#define INLINE static inline __attribute__((always_inline))
#define NOINLINE static __attribute__((noinline))

/* One panel's sums of one row. */
struct sums {
  vf v[4];
};

/* sum[r][q] += a[r] * panel[q], one k. `rows` is a constant wherever this is inlined. */
INLINE void accumulate_one(const int rows, const float *a, size_t a_stride, const float *panel,
                           struct sums *sum) {
  vf w[4];
#pragma GCC unroll 4
  for (int q = 0; q < 4; q++) w[q] = vload(panel + q * VEC_WIDTH);
#pragma GCC unroll 6
  for (int r = 0; r < rows; r++) {
    vf x = vset1(a[(size_t)r * a_stride]);
#pragma GCC unroll 4
    for (int q = 0; q < 4; q++) sum[r].v[q] = vfma(x, w[q], sum[r].v[q]);
  }
}

/* The same for all k; a's rows lie a_stride apart and its columns a_step. Meanwhile asks for k lines
 * from `ahead` on, unless that is NULL. */
INLINE void accumulate(const int rows, size_t k, const float *a, size_t a_stride, size_t a_step,
                       const float *panel, struct sums *sum, const float *ahead) {
  if (ahead != NULL) {
    for (size_t j = 0; j < k; j++, panel += PANEL, ahead += CACHE_LINE) {
      __builtin_prefetch(ahead, 0, 2);
      accumulate_one(rows, a + j * a_step, a_stride, panel, sum);
    }
    return;
  }
  for (size_t j = 0; j < k; j++, panel += PANEL) {
    accumulate_one(rows, a + j * a_step, a_stride, panel, sum);
  }
}

/* The same for one row and two panels: one row alone has too few sums to hide the latency of vfma.
 */
INLINE void accumulate_pair(size_t k, const float *a, const float *panel, struct sums *sum) {
  const float *second = panel + k * PANEL;
  for (size_t j = 0; j < k; j++, panel += PANEL, second += PANEL) {
    vf x = vset1(a[j]);
#pragma GCC unroll 4
    for (int q = 0; q < 4; q++) sum[0].v[q] = vfma(x, vload(panel + q * VEC_WIDTH), sum[0].v[q]);
#pragma GCC unroll 4
    for (int q = 0; q < 4; q++) sum[1].v[q] = vfma(x, vload(second + q * VEC_WIDTH), sum[1].v[q]);
  }
}

/* Calls action(n) with a constant n for the n that `rows` is. */
#if MAX_ROWS == 6
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
    default:                             \
      action(6);                         \
  }
#else
#define WITH_CONSTANT_ROWS(rows, action) \
  switch (rows) {                        \
    case 1:                              \
      action(1);                         \
      break;                             \
    case 2:                              \
      action(2);                         \
      break;                             \
    default:                             \
      action(3);                         \
  }
#endif

static inline size_t groups_of(size_t rows) { return (rows + MAX_ROWS - 1) / MAX_ROWS; }

/* How many rows the next group takes so that all groups are alike: 32 is 6 6 5 5 5 5, not 6 6 6 6
 * 6 2. */
static inline size_t group(size_t rows) {
  size_t groups = groups_of(rows);
  return groups == 0 ? 0 : (rows + groups - 1) / groups;
}

/* The share of the panel at `next` that group g of `groups` asks for; NULL if none. */
static inline const float *ahead_share(const float *next, size_t k, size_t panels, size_t g,
                                       size_t groups) {
  const int large = panels * k * PANEL > AHEAD_FLOATS;
  return large && groups >= AHEAD_GROUPS && g < AHEAD_SHARES ? next + g * k * CACHE_LINE : NULL;
}

static size_t packed_size(size_t columns, size_t k, int gates) {
  size_t vectors = (columns / (gates ? 4 : 1) + VEC_WIDTH - 1) / VEC_WIDTH;
  size_t panels = gates ? vectors : (vectors + 3) / 4;
  return panels * PANEL * k;
}

/* A square of weights turned over: rows `row_stride` apart become rows of VEC_WIDTH, PANEL apart.
 * What is outside the matrix, by `rows` and `columns`, is left out. */
INLINE void pack_square(size_t rows, size_t columns, const float *weights, size_t row_stride,
                        float *packed) {
  float square[VEC_WIDTH][VEC_WIDTH] = {{0}};
  for (size_t r = 0; r < rows; r++) {
    for (size_t c = 0; c < columns; c++) square[c][r] = weights[r * row_stride + c];
  }
  for (size_t c = 0; c < columns; c++) memcpy(packed + c * PANEL, square[c], sizeof square[c]);
}

static void pack(size_t columns, size_t k, int gates, const float *weights, float *packed) {
  const size_t width = gates ? columns / 4 : columns; /* of one gate; a plain matrix has one */
  memset(packed, 0, packed_size(columns, k, gates) * sizeof(float));
  for (size_t gate = 0; gate * width < columns; gate++) {
    for (size_t unit = 0; unit < width; unit += VEC_WIDTH) {
      const size_t vector = unit / VEC_WIDTH;
      float *to = gates ? packed + vector * k * PANEL + gate * VEC_WIDTH
                        : packed + vector / 4 * k * PANEL + vector % 4 * VEC_WIDTH;
      const float *from = weights + (gate * width + unit) * k;
      const size_t rows = width - unit < VEC_WIDTH ? width - unit : VEC_WIDTH;
      for (size_t j = 0; j < k; j += VEC_WIDTH) {
        if (rows == VEC_WIDTH && k - j >= VEC_WIDTH) {
          pack_square(VEC_WIDTH, VEC_WIDTH, from + j, k, to + j * PANEL);
        } else {
          pack_square(rows, k - j < VEC_WIDTH ? k - j : VEC_WIDTH, from + j, k, to + j * PANEL);
        }
      }
    }
  }
}

static void pack_transposed(size_t columns, size_t k, const float *weights, float *packed) {
  for (size_t n = 0; n < columns; n += PANEL) {
    const size_t some = columns - n < PANEL ? columns - n : PANEL;
    for (size_t j = 0; j < k; j++, packed += PANEL) {
      memcpy(packed, weights + j * columns + n, some * sizeof(float));
      memset(packed + some, 0, (PANEL - some) * sizeof(float));
    }
  }
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
                           size_t c_stride, int add, const float *ahead) {
  struct sums sum[MAX_ROWS] = {0};
  accumulate(rows, k, a, a_stride, a_step, panel, sum, ahead);
#pragma GCC unroll 6
  for (int r = 0; r < rows; r++) store_sums(&sum[r], c + (size_t)r * c_stride, columns, add);
}

static void multiply_row(size_t columns, size_t k, const float *a, const float *packed, float *c,
                         int add) {
  size_t n = 0;
  for (; n + PANEL < columns; n += 2 * PANEL, packed += 2 * k * PANEL) {
    struct sums sum[2] = {0};
    accumulate_pair(k, a, packed, sum);
    store_sums(&sum[0], c + n, PANEL, add);
    store_sums(&sum[1], c + n + PANEL, columns - n - PANEL, add);
  }
  if (n < columns) multiply_group(1, columns - n, k, a, 0, 1, packed, c + n, 0, add, NULL);
}

static void multiply(size_t rows, size_t columns, size_t k, const float *a, size_t a_stride,
                     const float *packed, float *c, size_t c_stride, int add) {
  if (rows == 1) {
    multiply_row(columns, k, a, packed, c, add);
    return;
  }
  const size_t panels = (columns + PANEL - 1) / PANEL;
  for (size_t block = 0; block < rows; block += ROW_BLOCK) {
    size_t block_rows = rows - block < ROW_BLOCK ? rows - block : ROW_BLOCK;
    const float *panel = packed;
    for (size_t n = 0; n < columns; n += PANEL, panel += k * PANEL) {
      /* After the last panel comes the first, for the next rows. */
      const float *next_panel = n + PANEL < columns ? panel + k * PANEL : packed;
      size_t r = 0;
      for (size_t g = 0; r < block_rows; g++) {
        size_t some = group(block_rows - r);
        const float *ahead = ahead_share(next_panel, k, panels, g, groups_of(block_rows));
        const float *from = a + (block + r) * a_stride;
        float *to = c + (block + r) * c_stride + n;
#define ACTION(count) \
  multiply_group(count, columns - n, k, from, a_stride, 1, panel, to, c_stride, add, ahead)
        WITH_CONSTANT_ROWS(some, ACTION)
#undef ACTION
        r += some;
      }
    }
  }
}

/* The cell of up to VEC_WIDTH units of one row whose gate sums are done. */
INLINE void finish_cell(const struct sums *z, size_t units, float *c, float *h) {
  if (units >= VEC_WIDTH) {
    struct cell_state next = cell_vector(z->v[0], z->v[1], z->v[2], z->v[3], vload(c));
    vstore(c, next.c);
    vstore(h, next.h);
  } else {
    struct cell_state next = cell_vector(z->v[0], z->v[1], z->v[2], z->v[3], vload_n(c, units));
    vstore_n(c, next.c, units);
    vstore_n(h, next.h, units);
  }
}

INLINE void start_sums(struct sums *sum, const float *z, const float *bias) {
#pragma GCC unroll 4
  for (int q = 0; q < 4; q++) {
    sum->v[q] = vload(z + q * VEC_WIDTH) + vload(bias + q * VEC_WIDTH);
  }
}

/* One time step's arguments; a row's z lies z_stride after the one before, and so on. */
struct step {
  size_t hidden, k;
  size_t first_panel, end_panel;
  int descending; /* the order of the panels */
  float *z;       /* written only for training */
  size_t z_stride;
  const float *bias;
  const float *weights;
  const float *h_in;
  size_t h_in_stride;
  float *c;
  float *h_out;
  size_t h_out_stride;
  float *c_before; /* NULL unless for training */
};

/* For training: the state before the cell, and the gates in place of their sums. */
INLINE void keep_cell(const struct sums *z, size_t units, const float *c, float *c_before,
                      float *gates) {
  if (units >= VEC_WIDTH) {
    vstore(c_before, vload(c));
  } else {
    vstore_n(c_before, vload_n(c, units), units);
  }
  vstore(gates, vquotient(vsigmoid(z->v[0])));
  vstore(gates + VEC_WIDTH, vquotient(vsigmoid(z->v[1])));
  vstore(gates + 2 * VEC_WIDTH, vquotient(vtanh(z->v[2])));
  vstore(gates + 3 * VEC_WIDTH, vquotient(vsigmoid(z->v[3])));
}

/*
 * `next_z` is where the sums of the group after this one will start. Its lines are asked for one at
 * a time while this group multiplies: they lie a row apart, where no CPU guesses them, and all at
 * once they would hold the weights up. `ahead` is as for accumulate.
 */
INLINE void step_group(const int rows, const int keep, const struct step *s, size_t row,
                       size_t panel, const float *next_z, const float *ahead) {
  struct sums sum[MAX_ROWS];
  const size_t unit = panel * VEC_WIDTH;
  float *z = s->z + row * s->z_stride + panel * PANEL;
  float *c = s->c + row * s->hidden + unit;
#pragma GCC unroll 6
  for (int r = 0; r < rows; r++) {
    start_sums(&sum[r], z + (size_t)r * s->z_stride, s->bias + panel * PANEL);
  }
  const float *a = s->h_in + row * s->h_in_stride;
  const float *w = s->weights + panel * s->k * PANEL;
  const size_t lines = s->k < 4 * (size_t)rows ? s->k : 4 * (size_t)rows;
#pragma GCC unroll 1
  for (size_t j = 0; j < lines; j++, a++, w += PANEL) {
    __builtin_prefetch(next_z + j / 4 * s->z_stride + j % 4 * VEC_WIDTH);
    if (j % 4 == 0) __builtin_prefetch(c + j / 4 * s->hidden, 1);
    accumulate_one(rows, a, s->h_in_stride, w, sum);
  }
  accumulate(rows, s->k - lines, a, s->h_in_stride, 1, w, sum, ahead);
#pragma GCC unroll 6
  for (int r = 0; r < rows; r++) {
    const size_t at = (size_t)r;
    if (keep) {
      keep_cell(&sum[r], s->hidden - unit, c + at * s->hidden,
                s->c_before + (row + at) * s->hidden + unit, z + at * s->z_stride);
    }
    finish_cell(&sum[r], s->hidden - unit, c + at * s->hidden,
                s->h_out + (row + at) * s->h_out_stride + unit);
  }
}

/*
 * The panel at place n of a step. Every second step goes through them from last to first: what the
 * step before read last is then read first, and still in the cache if not all of it fits there.
 */
INLINE size_t panel_at(const struct step *s, size_t n) {
  return s->descending ? s->end_panel - 1 - n : s->first_panel + n;
}

/*
 * A function for each number of rows: inlined into one, the compiler moves the activations'
 * constants out of its loops, into the registers that the sums need.
 */
#define STEP_GROUP(rows)                                                          \
  NOINLINE void step_group_##rows(const struct step *s, size_t row, size_t panel, \
                                  const float *next_z, const float *ahead) {      \
    if (s->c_before != NULL) {                                                    \
      step_group(rows, 1, s, row, panel, next_z, ahead);                          \
    } else {                                                                      \
      step_group(rows, 0, s, row, panel, next_z, ahead);                          \
    }                                                                             \
  }
STEP_GROUP(1)
STEP_GROUP(2)
STEP_GROUP(3)
#if MAX_ROWS == 6
STEP_GROUP(4)
STEP_GROUP(5)
STEP_GROUP(6)
#endif

static void step_row(const struct step *s) {
  const size_t panels = s->end_panel - s->first_panel;
  size_t n = 0;
  for (; n + 1 < panels; n += 2) {
    const size_t panel = panel_at(s, n + (s->descending ? 1 : 0));
    const size_t unit = panel * VEC_WIDTH;
    struct sums sum[2];
    start_sums(&sum[0], s->z + panel * PANEL, s->bias + panel * PANEL);
    start_sums(&sum[1], s->z + (panel + 1) * PANEL, s->bias + (panel + 1) * PANEL);
    accumulate_pair(s->k, s->h_in, s->weights + panel * s->k * PANEL, sum);
    finish_cell(&sum[0], VEC_WIDTH, s->c + unit, s->h_out + unit);
    finish_cell(&sum[1], s->hidden - unit - VEC_WIDTH, s->c + unit + VEC_WIDTH,
                s->h_out + unit + VEC_WIDTH);
  }
  if (n < panels) step_group_1(s, 0, panel_at(s, n), s->z, NULL);
}

static void step_rows(const struct step *s, size_t rows) {
  if (rows == 1 && s->c_before == NULL) {
    step_row(s);
    return;
  }
  const size_t panels = s->end_panel - s->first_panel;
  for (size_t n = 0; n < panels; n++) {
    const size_t panel = panel_at(s, n);
    const size_t next_panel = n + 1 < panels ? panel_at(s, n + 1) : panel;
    const float *next_weights = s->weights + next_panel * s->k * PANEL;
    size_t row = 0;
    for (size_t g = 0; row < rows; g++) {
      size_t some = group(rows - row);
      const float *ahead = ahead_share(next_weights, s->k, panels, g, groups_of(rows));
      const float *next_z = row + some < rows ? s->z + (row + some) * s->z_stride + panel * PANEL
                                              : s->z + next_panel * PANEL;
#define ACTION(count) step_group_##count(s, row, panel, next_z, ahead)
      WITH_CONSTANT_ROWS(some, ACTION)
#undef ACTION
      row += some;
    }
  }
}

static void step(size_t rows, size_t hidden, size_t first_panel, size_t panels, int descending,
                 float *gates, const float *bias, const float *weights_hh, const float *h_in,
                 size_t h_in_stride, float *c, float *h_out, size_t h_out_stride) {
  const size_t padded = (hidden + VEC_WIDTH - 1) / VEC_WIDTH * VEC_WIDTH;
  const struct step s = {hidden,      hidden,     first_panel, first_panel + panels, descending,
                         gates,       4 * padded, bias,        weights_hh,           h_in,
                         h_in_stride, c,          h_out,       h_out_stride,         NULL};
  step_rows(&s, rows);
}

static void recurrence(size_t steps, size_t rows, size_t hidden, size_t projection, float *gates,
                       ptrdiff_t gates_step, const float *bias, const float *weights_hh,
                       const float *weights_hr, float *h, float *c, float *cell_out, float *out,
                       ptrdiff_t out_step, size_t out_stride, float *h_before, float *c_before,
                       ptrdiff_t before_step) {
  const size_t width = weights_hr == NULL ? hidden : projection;
  const size_t padded = (hidden + VEC_WIDTH - 1) / VEC_WIDTH * VEC_WIDTH;
  struct step s = {hidden, width,      0,    padded / VEC_WIDTH, 0,
                   gates,  4 * padded, bias, weights_hh,         h,
                   width,  c,          out,  out_stride,         c_before};
  for (size_t t = 0; t < steps; t++) {
    if (c_before != NULL) {
      for (size_t r = 0; r < rows; r++) {
        memcpy(h_before + r * width, s.h_in + r * s.h_in_stride, width * sizeof(float));
      }
      h_before += before_step * (ptrdiff_t)width;
    }
    if (weights_hr == NULL) {
      s.h_out = out;
      step_rows(&s, rows);
    } else {
      s.h_out = cell_out;
      s.h_out_stride = hidden;
      step_rows(&s, rows);
      multiply(rows, projection, hidden, cell_out, hidden, weights_hr, out, out_stride, 0);
    }
    /* From now on the state before a step is the output of the step before. */
    s.h_in = out;
    s.h_in_stride = out_stride;
    s.descending = !s.descending;
    s.z += gates_step;
    if (c_before != NULL) s.c_before += before_step * (ptrdiff_t)hidden;
    out += out_step;
  }
  for (size_t r = 0; r < rows && steps > 0; r++) {
    memcpy(h + r * width, s.h_in + r * out_stride, width * sizeof(float));
  }
}

#endif /* LSTM4J_PACKED_H */
