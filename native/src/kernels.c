/*
 * The kernels, written once over vec.h and compiled once per CPU variant (cmake/Isa.cmake gives the
 * flags and LSTM4J_VARIANT, the name of the table at the end).
 */
#include "kernels.h"

#include "backward.h"
#include "recurrence.h"

static void cell(size_t rows, size_t hidden, const float *gates, const float *bias, float *c,
                 float *h, float *out, size_t out_stride) {
  const size_t H = hidden;
  const size_t whole = H - H % VEC_WIDTH;
  const size_t tail = H - whole;
  for (size_t r = 0; r < rows; r++, gates += 4 * H, c += H, h += H) {
    float *o = out == NULL ? NULL : out + r * out_stride;
    for (size_t j = 0; j < whole; j += VEC_WIDTH) {
      const float *z = gates + j;
      const float *b = bias + j;
      struct cell_state next = cell_vector(vload(z) + vload(b), vload(z + H) + vload(b + H),
                                           vload(z + 2 * H) + vload(b + 2 * H),
                                           vload(z + 3 * H) + vload(b + 3 * H), vload(c + j));
      vstore(c + j, next.c);
      vstore(h + j, next.h);
      if (o != NULL) vstore(o + j, next.h);
    }
    if (tail != 0) {
      const float *z = gates + whole;
      const float *b = bias + whole;
      struct cell_state next = cell_vector(
          vload_n(z, tail) + vload_n(b, tail), vload_n(z + H, tail) + vload_n(b + H, tail),
          vload_n(z + 2 * H, tail) + vload_n(b + 2 * H, tail),
          vload_n(z + 3 * H, tail) + vload_n(b + 3 * H, tail), vload_n(c + whole, tail));
      vstore_n(c + whole, next.c, tail);
      vstore_n(h + whole, next.h, tail);
      if (o != NULL) vstore_n(o + whole, next.h, tail);
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
