/* The recurrence, which keeps its gates in registers; formulas in ../include/lstm4j.h. */
#ifndef LSTM4J_RECURRENCE_H
#define LSTM4J_RECURRENCE_H

#include "cell.h"
#include "product.h"

/* The gate sums `first` to `end` - 1 before the products. */
INLINE void start_sums(const int first, const int end, struct sums *sum, const float *z,
                       const float *bias) {
#pragma GCC unroll 4
  for (int q = first; q < end; q++) {
    sum->v[q] = vload(z + q * VEC_WIDTH) + vload(bias + q * VEC_WIDTH);
  }
}

/* One time step's arguments; a row's z lies z_stride after the one before, and so on. */
struct step {
  size_t hidden;
  size_t k; /* terms of h: its width, or none where it holds zeros, as most sequences begin */
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
  /* For training, else NULL: the state before, and where the h before the next step will be kept,
   * of the same shape. */
  float *c_before;
  const float *h_kept_next;
};

/*
 * `next_z` is where the sums of the group after this one will start. Its lines are asked for one at
 * a time while this group multiplies: they lie a row apart, where no CPU guesses them, and all at
 * once they would hold the weights up. `ahead` is as for accumulate.
 */
INLINE void step_group(const int rows, const int keep, const struct step *s, size_t row,
                       size_t panel, const float *next_z, struct ahead ahead) {
  struct sums sum[MAX_ROWS];
  const size_t unit = panel * VEC_WIDTH;
  float *z = s->z + row * s->z_stride + panel * PANEL;
  float *c = s->c + row * s->hidden + unit;
  const float *bias = s->bias + panel * PANEL;
  const float *a = s->h_in + row * s->h_in_stride;
  const struct panel w = {s->weights + panel * s->k * PANEL, s->k * STRIP};
  const int vectors = VECTORS_OF(rows);
#pragma GCC unroll 6
  for (int r = 0; r < rows; r++) start_sums(0, vectors, &sum[r], z + (size_t)r * s->z_stride, bias);
  const size_t quarter = s->k / 4, asking = quarter < (size_t)rows ? quarter : (size_t)rows;
#pragma GCC unroll 1
  for (size_t r = 0; r < asking; r++) {
    __builtin_prefetch(c + r * s->hidden, 1);
    __builtin_prefetch(s->h_out + (row + r) * s->h_out_stride + unit, 1);
    if (keep) {
      __builtin_prefetch(s->c_before + (row + r) * s->hidden + unit, 1);
      __builtin_prefetch(s->h_kept_next + (row + r) * s->hidden + unit, 1);
    }
#pragma GCC unroll 4
    for (size_t j = 0; j < 4; j++) {
      __builtin_prefetch(next_z + r * s->z_stride + j * VEC_WIDTH);
      accumulate_one(rows, 0, vectors, a + 4 * r + j, s->h_in_stride, w, 4 * r + j, sum);
    }
  }
  const size_t done = 4 * asking;
  const struct panel rest = {w.w + done * STRIP, w.strip};
  accumulate(rows, 0, vectors, s->k - done, a + done, s->h_in_stride, 1, rest, sum, ahead);
  if (vectors < 4) {
#pragma GCC unroll 6
    for (int r = 0; r < rows; r++)
      start_sums(vectors, 4, &sum[r], z + (size_t)r * s->z_stride, bias);
    accumulate(rows, vectors, 4, s->k, a, s->h_in_stride, 1, w, sum, ahead);
  }
  const struct cells cells = {c,
                              s->hidden,
                              s->h_out + row * s->h_out_stride + unit,
                              s->h_out_stride,
                              keep ? s->c_before + row * s->hidden + unit : NULL,
                              z,
                              s->z_stride};
  if (s->hidden - unit >= VEC_WIDTH) {
    finish_cells(rows, keep, sum, VEC_WIDTH, &cells);
  } else {
    struct sums copy[MAX_ROWS];
#pragma GCC unroll 6
    for (int r = 0; r < rows; r++) copy[r] = sum[r];
    finish_part(rows, copy, s->hidden - unit, cells);
  }
}

/* Packed weights of more floats are much more than a cache holds. */
#define TURNING_FLOATS ((size_t)7 << 20)

/*
 * Whether every second step goes through the panels from last to first: what the step before read
 * last is then read first, and still in the cache if not all of it fits there. A cache much smaller
 * than the weights keeps a part of them by itself, if they come in the same order again and again;
 * only rows of more than two groups gained nothing from that (docs/ruled-out.md has the figures).
 */
static int turns(size_t rows, size_t padded, size_t k) {
  return 4 * padded * k <= TURNING_FLOATS || groups_of(rows) > 2;
}

/* The panel at place n of a step. */
INLINE size_t panel_at(const struct step *s, size_t n) {
  return s->descending ? s->end_panel - 1 - n : s->first_panel + n;
}

/*
 * A function for each number of rows: inlined into one, the compiler moves the activations'
 * constants out of its loops, into the registers that the sums need.
 */
#define STEP_GROUP(rows)                                                          \
  NOINLINE void step_group_##rows(const struct step *s, size_t row, size_t panel, \
                                  const float *next_z, struct ahead ahead) {      \
    if (s->c_before != NULL) {                                                    \
      step_group(rows, 1, s, row, panel, next_z, ahead);                          \
    } else {                                                                      \
      step_group(rows, 0, s, row, panel, next_z, ahead);                          \
    }                                                                             \
  }
STEP_GROUP(1)
STEP_GROUP(2)
STEP_GROUP(3)
STEP_GROUP(4)
STEP_GROUP(5)
STEP_GROUP(6)

static void step_row(const struct step *s) {
  const size_t panels = s->end_panel - s->first_panel;
  size_t n = 0;
  for (; n + 1 < panels; n += 2) {
    const size_t panel = panel_at(s, n + (s->descending ? 1 : 0));
    const size_t unit = panel * VEC_WIDTH;
    struct sums sum[2];
    start_sums(0, 4, &sum[0], s->z + panel * PANEL, s->bias + panel * PANEL);
    start_sums(0, 4, &sum[1], s->z + (panel + 1) * PANEL, s->bias + (panel + 1) * PANEL);
    const struct panel w = {s->weights + panel * s->k * PANEL, s->k * STRIP};
    const struct panel second = {w.w + s->k * PANEL, w.strip};
    accumulate_pair(s->k, s->h_in, w, second, sum);
    const struct cells cells = {s->c + unit, VEC_WIDTH, s->h_out + unit, VEC_WIDTH, NULL, NULL, 0};
    if (s->hidden - unit >= 2 * VEC_WIDTH) {
      finish_cells(2, 0, sum, VEC_WIDTH, &cells);
    } else {
      const struct cells last = {cells.c + VEC_WIDTH, 0, cells.h + VEC_WIDTH, 0, NULL, NULL, 0};
      finish_cells(1, 0, &sum[0], VEC_WIDTH, &cells);
      const struct sums copy = sum[1];
      finish_part(1, &copy, s->hidden - unit - VEC_WIDTH, last);
    }
  }
  if (n < panels) step_group_1(s, 0, panel_at(s, n), s->z, NOT_AHEAD);
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
      struct ahead ahead = ahead_share(next_weights, s->k * STRIP, s->k, panels * s->k * PANEL, g,
                                       groups_of(rows), rows);
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
  descending = descending && turns(rows, padded, hidden);
  const size_t k = all_zero(rows, hidden, h_in, h_in_stride) ? 0 : hidden;
  const struct step s = {hidden,      k,          first_panel, first_panel + panels, descending,
                         gates,       4 * padded, bias,        weights_hh,           h_in,
                         h_in_stride, c,          h_out,       h_out_stride,         NULL,
                         NULL};
  step_rows(&s, rows);
}

static void recurrence(size_t steps, size_t rows, size_t hidden, size_t projection, float *gates,
                       ptrdiff_t gates_step, const float *bias, const float *weights_hh,
                       const float *weights_hr, float *h, float *c, float *cell_out, float *out,
                       ptrdiff_t out_step, size_t out_stride, float *h_before, float *c_before,
                       ptrdiff_t before_step) {
  const size_t width = weights_hr == NULL ? hidden : projection;
  const size_t padded = (hidden + VEC_WIDTH - 1) / VEC_WIDTH * VEC_WIDTH;
  struct step s = {
      hidden, 0, 0,   padded / VEC_WIDTH, 0,        gates,   4 * padded, bias, weights_hh, h,
      width,  c, out, out_stride,         c_before, c_before};
  const int turning = turns(rows, padded, width);
  for (size_t t = 0; t < steps; t++) {
    s.k = t == 0 && all_zero(rows, width, h, width) ? 0 : width;
    if (c_before != NULL) {
      for (size_t r = 0; r < rows; r++) {
        memcpy(h_before + r * width, s.h_in + r * s.h_in_stride, width * sizeof(float));
      }
      const int again = t + 1 < steps && width == hidden;
      s.h_kept_next = again ? h_before + before_step * (ptrdiff_t)width : s.c_before;
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
    s.descending = turning && !s.descending;
    if (t + 1 == steps) break; /* nothing lies there */
    s.z += gates_step;
    out += out_step;
    if (c_before != NULL) {
      s.c_before += before_step * (ptrdiff_t)hidden;
      h_before += before_step * (ptrdiff_t)width;
    }
  }
  for (size_t r = 0; r < rows && steps > 0; r++) {
    memcpy(h + r * width, s.h_in + r * out_stride, width * sizeof(float));
  }
}

#endif /* LSTM4J_RECURRENCE_H */
