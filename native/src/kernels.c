/*
 * The kernels, written once over vec.h and compiled once per CPU variant (cmake/Isa.cmake gives the
 * flags, LSTM4J_VARIANT, the name of the table at the end, and LSTM4J_WIDTH).
 */
#include "kernels.h"

#include "backward.h"
#include "recurrence.h"

_Static_assert(VEC_WIDTH == LSTM4J_WIDTH, "other compiler flags have changed this CPU variant");

/* The cell of n <= VEC_WIDTH units of one row; z and bias are at the first of them in gate i. */
INLINE void cell_units(size_t hidden, size_t n, const float *z, const float *bias, float *c,
                       float *h, float *out) {
  struct sums sum;
#pragma GCC unroll 4
  for (size_t q = 0; q < 4; q++) {
    const float *zq = z + q * hidden, *bq = bias + q * hidden;
    sum.v[q] = n == VEC_WIDTH ? vload(zq) + vload(bq) : vload_n(zq, n) + vload_n(bq, n);
  }
  const struct cells cells = {c, 0, h, 0, NULL, NULL, 0};
  if (n == VEC_WIDTH) {
    finish_cells(1, 0, &sum, n, &cells);
  } else {
    finish_part(1, &sum, n, cells);
  }
  if (out != NULL) memcpy(out, h, n * sizeof(float));
}

static void cell(size_t rows, size_t hidden, const float *gates, const float *bias, float *c,
                 float *h, float *out, size_t out_stride) {
  for (size_t r = 0; r < rows; r++, gates += 4 * hidden, c += hidden, h += hidden) {
    float *o = out == NULL ? NULL : out + r * out_stride;
    size_t j = 0;
    for (; j + VEC_WIDTH <= hidden; j += VEC_WIDTH) {
      cell_units(hidden, VEC_WIDTH, gates + j, bias + j, c + j, h + j, o == NULL ? NULL : o + j);
    }
    if (j < hidden) {
      cell_units(hidden, hidden - j, gates + j, bias + j, c + j, h + j, o == NULL ? NULL : o + j);
    }
  }
}

#define ELEMENTWISE(name, vector)                                                              \
  static void name(size_t n, const float *x, float *y) {                                       \
    size_t k = 0;                                                                              \
    for (; k + VEC_WIDTH <= n; k += VEC_WIDTH) vstore(y + k, vquotient(vector(vload(x + k)))); \
    if (k < n) vstore_n(y + k, vquotient(vector(vload_n(x + k, n - k))), n - k);               \
  }

ELEMENTWISE(sigmoid_all, vsigmoid)
ELEMENTWISE(tanh_all, vtanh)

const struct lstm4j_kernels LSTM4J_VARIANT = {
    VEC_WIDTH, cell,       sigmoid_all, tanh_all, packed_size,   pack, pack_transposed,
    multiply,  recurrence, step,        backward, outer_scratch, outer};
