/* The gradient of the recurrence; formulas in ../include/lstm4j.h. */
#ifndef LSTM4J_BACKWARD_H
#define LSTM4J_BACKWARD_H

#include "activations.h"
#include "product.h"

typedef double vd __attribute__((vector_size(8 * VEC_WIDTH)));

struct cell_gradient {
  vf i, f, g, o; /* of the gates' sums */
  vf c_before;
  vf h; /* not a gradient: the cell's output, again */
};

INLINE struct cell_gradient cell_gradient(const float *gates, vf c_before, vf d_h, vf d_c) {
  const vf i = vload(gates), f = vload(gates + VEC_WIDTH);
  const vf g = vload(gates + 2 * VEC_WIDTH), o = vload(gates + 3 * VEC_WIDTH);
  const vf tanh_c = vquotient(vtanh(vfma(f, c_before, i * g)));
  struct cell_gradient d;
  d.h = o * tanh_c;
  d_c = vfma(d_h * o, 1.0f - tanh_c * tanh_c, d_c);
  d.i = d_c * g * (i * (1.0f - i));
  d.f = d_c * c_before * (f * (1.0f - f));
  d.g = d_c * i * (1.0f - g * g);
  d.o = d_h * tanh_c * (o * (1.0f - o));
  d.c_before = d_c * f;
  return d;
}

/* `units` are 1 to VEC_WIDTH hidden units; all pointers are at the first of them. */
INLINE void cell_backward(size_t hidden, size_t units, const float *gates, const float *c_before,
                          const float *d_h, const float *d_out, float *d_c, float *d_gates,
                          float *cell_out) {
  if (units >= VEC_WIDTH) {
    vf d = vload(d_h);
    if (d_out != NULL) d += vload(d_out);
    struct cell_gradient x = cell_gradient(gates, vload(c_before), d, vload(d_c));
    vstore(d_gates, x.i);
    vstore(d_gates + hidden, x.f);
    vstore(d_gates + 2 * hidden, x.g);
    vstore(d_gates + 3 * hidden, x.o);
    vstore(d_c, x.c_before);
    if (cell_out != NULL) vstore(cell_out, x.h);
  } else {
    vf d = vload_n(d_h, units);
    if (d_out != NULL) d += vload_n(d_out, units);
    struct cell_gradient x = cell_gradient(gates, vload_n(c_before, units), d, vload_n(d_c, units));
    vstore_n(d_gates, x.i, units);
    vstore_n(d_gates + hidden, x.f, units);
    vstore_n(d_gates + 2 * hidden, x.g, units);
    vstore_n(d_gates + 3 * hidden, x.o, units);
    vstore_n(d_c, x.c_before, units);
    if (cell_out != NULL) vstore_n(cell_out, x.h, units);
  }
}

/* One row. */
static void row_backward(size_t hidden, const float *gates, const float *c_before, const float *d_h,
                         const float *d_out, float *d_c, float *d_gates, float *cell_out) {
  for (size_t j = 0; j < hidden; j += VEC_WIDTH) {
    cell_backward(hidden, hidden - j, gates + 4 * j, c_before + j, d_h + j,
                  d_out == NULL ? NULL : d_out + j, d_c + j, d_gates + j,
                  cell_out == NULL ? NULL : cell_out + j);
  }
}

static void backward(size_t steps, size_t rows, size_t hidden, size_t projection,
                     const float *gates, const float *c_before, const float *weights_hh,
                     const float *weights_hr, const float *d_out, size_t d_out_stride, float *d_h,
                     float *d_c, float *d_gates, float *d_projected, float *cell_out,
                     float *d_cell_out, ptrdiff_t row_step, int to_state) {
  const size_t padded = (hidden + VEC_WIDTH - 1) / VEC_WIDTH * VEC_WIDTH;
  const size_t width = weights_hr == NULL ? hidden : projection;
  for (size_t t = 0; t < steps; t++) {
    const ptrdiff_t first = (ptrdiff_t)t * row_step;
    const float *out = d_out + first * (ptrdiff_t)d_out_stride;
    float *step_gates = d_gates + first * (ptrdiff_t)(4 * hidden);
    if (weights_hr != NULL) {
      float *projected = d_projected + first * (ptrdiff_t)width;
      for (size_t r = 0; r < rows; r++) {
        for (size_t k = 0; k < width; k++) {
          projected[r * width + k] = d_h[r * width + k] + out[r * d_out_stride + k];
        }
      }
      multiply(rows, hidden, width, projected, width, weights_hr, d_cell_out, hidden, 0);
    }
    for (size_t r = 0; r < rows; r++) {
      const ptrdiff_t row = first + (ptrdiff_t)r;
      const float *row_gates = gates + row * (ptrdiff_t)(4 * padded);
      const float *row_c = c_before + row * (ptrdiff_t)hidden;
      if (weights_hr == NULL) {
        row_backward(hidden, row_gates, row_c, d_h + r * hidden, out + r * d_out_stride,
                     d_c + r * hidden, step_gates + r * 4 * hidden, NULL);
      } else {
        row_backward(hidden, row_gates, row_c, d_cell_out + r * hidden, NULL, d_c + r * hidden,
                     step_gates + r * 4 * hidden, cell_out + row * (ptrdiff_t)hidden);
      }
    }
    if (t + 1 == steps && !to_state) break;
    struct later next = {{{NULL, 0}}};
    if (t + 1 < steps) {
      const ptrdiff_t row = first + row_step;
      next = (struct later){{{gates + row * (ptrdiff_t)(4 * padded), rows * 4 * padded},
                             {d_gates + row * (ptrdiff_t)(4 * hidden), rows * 4 * hidden},
                             {c_before + row * (ptrdiff_t)hidden, rows * hidden},
                             {d_out + row * (ptrdiff_t)d_out_stride, rows * d_out_stride}}};
    }
    multiply_asking(rows, width, 4 * hidden, step_gates, 4 * hidden, weights_hh, d_h, width, 0,
                    &next);
  }
}

/* Rows summed at a time: sums of sums round less than one long sum, and the packed rows stay in the
 * L2 cache. */
#define CHUNK ((size_t)400)

/* Columns of A packed at a time: whole groups of rows of C. */
#define LEFT_COLUMNS ((size_t)(16 * MAX_ROWS))

/* Rows of A asked for ahead: they lie too far apart for a CPU to guess them. */
#define ROWS_AHEAD 8

/* Columns of B packed at a time: so many that A, packed again for each lot of them, takes no time,
 * and so few that wide inputs need no more than a few MiB. */
#define RIGHT_COLUMNS ((size_t)2048)

/* One of the matrices B that share A, and what comes of it. */
struct right {
  size_t columns;
  const float *b;
  float *c;
  float *packed;      /* up to RIGHT_COLUMNS columns of these rows: */
  size_t first, rows; /* those of a chunk without the zeros that it begins and ends with */
};

/* Columns of A that are not in a cache, and will be packed next. */
struct columns {
  const float *a;
  size_t a_stride, left;
};

static size_t right_scratch(size_t columns) {
  const size_t some = columns < RIGHT_COLUMNS ? columns : RIGHT_COLUMNS;
  return CHUNK * ((some + PANEL - 1) / PANEL * PANEL);
}

static size_t outer_scratch(size_t m, size_t n1, size_t n2) {
  return CHUNK * LEFT_COLUMNS + right_scratch(n1) + right_scratch(n2) + 2 * m;
}

/* Up to RIGHT_COLUMNS columns, from `first` on. */
static size_t right_columns(const struct right *right, size_t first) {
  const size_t left = right->columns - first;
  return left < RIGHT_COLUMNS ? left : RIGHT_COLUMNS;
}

/* Columns of A in groups of MAX_ROWS, [group][row][MAX_ROWS]; what is left of the last group
 * is not written. */
static void pack_left(size_t rows, size_t m, const float *a, size_t a_stride, float *left) {
  const size_t whole = m - m % MAX_ROWS;
  for (size_t r = 0; r < rows; r++, a += a_stride, left += MAX_ROWS) {
    for (size_t n = 0; n < m && r + ROWS_AHEAD < rows; n += CACHE_LINE) {
      __builtin_prefetch(a + ROWS_AHEAD * a_stride + n);
    }
    for (size_t n = 0; n < whole; n += MAX_ROWS) {
      memcpy(left + n * rows, a + n, MAX_ROWS * sizeof(float));
    }
    for (size_t n = whole; n < m; n++) left[whole * rows + n - whole] = a[n];
  }
}

/* Adds each of up to LEFT_COLUMNS columns of A to its sum, a double in the memory of two floats. */
static void add_columns(size_t rows, size_t m, const float *a, size_t a_stride, float *sums) {
  const size_t vectors = m / VEC_WIDTH, tail = m % VEC_WIDTH;
  vd sum[LEFT_COLUMNS / VEC_WIDTH + 1] = {{0}};
  memcpy(sum, sums, 2 * m * sizeof(float));
  for (size_t r = 0; r < rows; r++, a += a_stride) {
    for (size_t v = 0; v < vectors; v++) {
      sum[v] += __builtin_convertvector(vload(a + v * VEC_WIDTH), vd);
    }
    if (tail != 0) {
      sum[vectors] += __builtin_convertvector(vload_n(a + vectors * VEC_WIDTH, tail), vd);
    }
  }
  memcpy(sums, sum, 2 * m * sizeof(float));
}

/* Leaves out the rows of zeros that a chunk begins and ends with, which add nothing: the state that
 * sequences begin with. */
static void trim(struct right *right, size_t row, size_t k) {
  const size_t n = right->columns;
  const float *b = right->b + row * n;
  size_t first = 0, end = k;
  while (first < end && all_zero(1, n, b + first * n, n)) first++;
  while (first < end && all_zero(1, n, b + (end - 1) * n, n)) end--;
  right->first = first;
  right->rows = end - first;
}

/* c (+)= left^T * right, for columns of A from i on that are packed, k rows of them, and columns of B
 * from j on. With 32 registers the first groups ask for a line of the next columns with every row;
 * AVX2's loop for six columns asks for nothing. */
static void outer_block(const struct right *right, size_t i, size_t j, size_t k, size_t columns,
                        const float *left, int add, int far, struct columns *next) {
  const size_t n = right_columns(right, j), c_stride = right->columns;
  for (size_t p = 0; p < n; p += PANEL) {
    const struct panel panel = {right->packed + p * right->rows, right->rows * STRIP};
    for (size_t g = 0; g < columns; g += MAX_ROWS) {
      const size_t some = columns - g < MAX_ROWS ? columns - g : MAX_ROWS;
      const float *from = left + g * k + right->first * MAX_ROWS;
      float *to = right->c + (i + g) * c_stride + j + p;
      struct ahead ahead = NOT_AHEAD;
      if (STRIP_VECTORS == 4 && next->left > 0 && some > FEW_ROWS) {
        const size_t line = next->left < CACHE_LINE ? next->left : CACHE_LINE;
        ahead = (struct ahead){next->a, next->a_stride, 0};
        next->a += line;
        next->left -= line;
      }
#define ACTION(count) \
  multiply_group(count, n - p, right->rows, from, 1, MAX_ROWS, panel, to, c_stride, add, far, ahead)
      WITH_CONSTANT_ROWS(some, ACTION)
#undef ACTION
    }
  }
}

static void outer(size_t rows, size_t m, const float *a, size_t a_stride, size_t n1,
                  const float *b1, float *c1, size_t n2, const float *b2, float *c2, int add,
                  float *sums, float *scratch) {
  float *left = scratch, *packed = left + CHUNK * LEFT_COLUMNS;
  struct right rights[2] = {{n1, b1, c1, packed, 0, 0}, {n2, b2, c2, packed, 0, 0}};
  rights[1].packed += right_scratch(n1);
  float *doubles = rights[1].packed + right_scratch(n2);
  const size_t widest = n1 > n2 ? n1 : n2;
  const int far = m * (n1 + n2) > FAR_FLOATS;
  memset(doubles, 0, 2 * m * sizeof(float));
  for (size_t row = 0; row < rows && m > 0; row += CHUNK) {
    const size_t k = rows - row < CHUNK ? rows - row : CHUNK;
    for (struct right *r = rights; r < rights + 2; r++) {
      if (r->columns > 0) trim(r, row, k);
    }
    for (size_t j = 0; j < widest; j += RIGHT_COLUMNS) {
      for (const struct right *r = rights; r < rights + 2; r++) {
        if (j >= r->columns) continue;
        const float *b = r->b + (row + r->first) * r->columns + j;
        pack_columns(right_columns(r, j), r->rows, b, r->columns, r->packed);
      }
      for (size_t i = 0; i < m; i += LEFT_COLUMNS) {
        const size_t columns = m - i < LEFT_COLUMNS ? m - i : LEFT_COLUMNS;
        const float *from = a + row * a_stride + i;
        pack_left(k, columns, from, a_stride, left);
        if (sums != NULL && j == 0) add_columns(k, columns, from, a_stride, doubles + 2 * i);
        const size_t left_over = m - i - columns;
        struct columns next = {from + columns, a_stride, left_over};
        if (left_over > LEFT_COLUMNS) next.left = LEFT_COLUMNS;
        for (const struct right *r = rights; r < rights + 2; r++) {
          if (j < r->columns) outer_block(r, i, j, k, columns, left, add || row > 0, far, &next);
        }
      }
    }
  }
  for (size_t n = 0; sums != NULL && n < m; n++) {
    double sum;
    memcpy(&sum, doubles + 2 * n, sizeof sum);
    sums[n] = (float)sum;
  }
}

#endif /* LSTM4J_BACKWARD_H */
