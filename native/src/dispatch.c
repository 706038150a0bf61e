/* The table of CPU variants, and the public functions that look into it. */
#include <string.h>

#include "kernels.h"
#include "lstm4j.h"

static int always(void) { return 1; }

#if defined(LSTM4J_X86)
/* The compiler's run-time asks CPUID and XGETBV, so the operating system's consent is in the
 * answer. */
static int has_avx2(void) {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

static int has_avx512(void) { return __builtin_cpu_supports("avx512f"); }
#endif

/* A variant is one row here and one in cmake/Isa.cmake; tests and benchmarks walk the table. */
static const struct {
  const char *name;
  int (*supported)(void);
  const struct lstm4j_kernels *kernels;
} variants[] = {
#if defined(LSTM4J_NEON)
    {"neon", always, &lstm4j_kernels_neon},
#else
    {"baseline", always, &lstm4j_kernels_baseline},
#endif
#if defined(LSTM4J_X86)
    {"avx2", has_avx2, &lstm4j_kernels_avx2},
    {"avx512", has_avx512, &lstm4j_kernels_avx512},
#endif
};

int lstm4j_isa_count(void) { return (int)(sizeof variants / sizeof variants[0]); }

const char *lstm4j_isa_name(int isa) { return variants[isa].name; }

int lstm4j_isa_supported(int isa) { return variants[isa].supported() != 0; }

int lstm4j_isa_width(int isa) { return variants[isa].kernels->width; }

void lstm4j_cell(int isa, size_t rows, size_t hidden, const float *gates, const float *bias,
                 float *c, float *h, float *out, size_t out_stride) {
  variants[isa].kernels->cell(rows, hidden, gates, bias, c, h, out, out_stride);
}

void lstm4j_copy_rows(size_t rows, size_t columns, const float *from, size_t from_stride, float *to,
                      size_t to_stride) {
  for (size_t r = 0; r < rows; r++) {
    memcpy(to + r * to_stride, from + r * from_stride, columns * sizeof(float));
  }
}

size_t lstm4j_packed_size(int isa, size_t columns, size_t k, int gates) {
  return variants[isa].kernels->packed_size(columns, k, gates);
}

void lstm4j_pack(int isa, size_t columns, size_t k, int gates, const float *weights,
                 float *packed) {
  variants[isa].kernels->pack(columns, k, gates, weights, packed);
}

void lstm4j_pack_transposed(int isa, size_t columns, size_t k, const float *weights,
                            float *packed) {
  variants[isa].kernels->pack_transposed(columns, k, weights, packed);
}

size_t lstm4j_padded(int isa, size_t hidden) {
  size_t width = (size_t)variants[isa].kernels->width;
  return (hidden + width - 1) / width * width;
}

void lstm4j_multiply(int isa, size_t rows, size_t columns, size_t k, const float *a,
                     size_t a_stride, const float *packed, float *c, size_t c_stride, int add) {
  variants[isa].kernels->multiply(rows, columns, k, a, a_stride, packed, c, c_stride, add);
}

void lstm4j_recurrence(int isa, size_t steps, size_t rows, size_t hidden, size_t projection,
                       const float *gates, ptrdiff_t gates_step, const float *bias,
                       const float *weights_hh, const float *weights_hr, float *h, float *c,
                       float *cell_out, float *out, ptrdiff_t out_step, size_t out_stride) {
  /* The gates are only read when nothing is kept. */
  variants[isa].kernels->recurrence(steps, rows, hidden, projection, (float *)gates, gates_step,
                                    bias, weights_hh, weights_hr, h, c, cell_out, out, out_step,
                                    out_stride, NULL, NULL, 0);
}

void lstm4j_recurrence_kept(int isa, size_t steps, size_t rows, size_t hidden, size_t projection,
                            float *gates, ptrdiff_t gates_step, const float *bias,
                            const float *weights_hh, const float *weights_hr, float *h, float *c,
                            float *cell_out, float *out, ptrdiff_t out_step, size_t out_stride,
                            float *h_before, float *c_before, ptrdiff_t before_step) {
  variants[isa].kernels->recurrence(steps, rows, hidden, projection, gates, gates_step, bias,
                                    weights_hh, weights_hr, h, c, cell_out, out, out_step,
                                    out_stride, h_before, c_before, before_step);
}

void lstm4j_backward(int isa, size_t steps, size_t rows, size_t hidden, size_t projection,
                     const float *gates, const float *c_before, const float *weights_hh,
                     const float *weights_hr, const float *d_out, size_t d_out_stride, float *d_h,
                     float *d_c, float *d_gates, float *d_projected, float *cell_out,
                     float *d_cell_out, ptrdiff_t row_step, int to_state) {
  variants[isa].kernels->backward(steps, rows, hidden, projection, gates, c_before, weights_hh,
                                  weights_hr, d_out, d_out_stride, d_h, d_c, d_gates, d_projected,
                                  cell_out, d_cell_out, row_step, to_state);
}

size_t lstm4j_outer_scratch(int isa, size_t m, size_t n1, size_t n2) {
  return variants[isa].kernels->outer_scratch(m, n1, n2);
}

void lstm4j_outer(int isa, size_t rows, size_t m, const float *a, size_t a_stride, size_t n1,
                  const float *b1, float *c1, size_t n2, const float *b2, float *c2, int add,
                  float *sums, float *scratch) {
  variants[isa].kernels->outer(rows, m, a, a_stride, n1, b1, c1, n2, b2, c2, add, sums, scratch);
}

void lstm4j_step(int isa, size_t rows, size_t hidden, size_t first_panel, size_t panels,
                 int descending, const float *gates, const float *bias, const float *weights_hh,
                 const float *h_in, size_t h_in_stride, float *c, float *h_out,
                 size_t h_out_stride) {
  variants[isa].kernels->step(rows, hidden, first_panel, panels, descending, (float *)gates, bias,
                              weights_hh, h_in, h_in_stride, c, h_out, h_out_stride);
}

void lstm4j_sigmoid(int isa, size_t n, const float *x, float *y) {
  variants[isa].kernels->sigmoid(n, x, y);
}

void lstm4j_tanh(int isa, size_t n, const float *x, float *y) {
  variants[isa].kernels->tanh(n, x, y);
}
