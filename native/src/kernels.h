/* One CPU variant's kernels: what a row of the table in dispatch.c holds. See ../include/lstm4j.h.
 */
#ifndef LSTM4J_KERNELS_H
#define LSTM4J_KERNELS_H

#include <stddef.h>

struct lstm4j_kernels {
  int width;
  void (*cell)(size_t rows, size_t hidden, const float *gates, const float *bias, float *c,
               float *h, float *out, size_t out_stride);
  void (*sigmoid)(size_t n, const float *x, float *y);
  void (*tanh)(size_t n, const float *x, float *y);
  size_t (*packed_size)(size_t columns, size_t k, int gates);
  void (*pack)(size_t columns, size_t k, int gates, const float *weights, float *packed);
  void (*pack_transposed)(size_t columns, size_t k, const float *weights, float *packed);
  void (*multiply)(size_t rows, size_t columns, size_t k, const float *a, size_t a_stride,
                   const float *packed, float *c, size_t c_stride, int add);
  void (*recurrence)(size_t steps, size_t rows, size_t hidden, size_t projection, float *gates,
                     ptrdiff_t gates_step, const float *bias, const float *weights_hh,
                     const float *weights_hr, float *h, float *c, float *cell_out, float *out,
                     ptrdiff_t out_step, size_t out_stride, float *h_before, float *c_before,
                     ptrdiff_t before_step);
  void (*step)(size_t rows, size_t hidden, size_t first_panel, size_t panels, int descending,
               float *gates, const float *bias, const float *weights_hh, const float *h_in,
               size_t h_in_stride, float *c, float *h_out, size_t h_out_stride);
  void (*backward)(size_t steps, size_t rows, size_t hidden, size_t projection, const float *gates,
                   const float *c_before, const float *weights_hh, const float *weights_hr,
                   const float *d_out, size_t d_out_stride, float *d_h, float *d_c, float *d_gates,
                   float *d_projected, float *cell_out, float *d_cell_out, ptrdiff_t row_step,
                   int to_state);
  size_t (*outer_scratch)(size_t m, size_t n1, size_t n2);
  void (*outer)(size_t rows, size_t m, const float *a, size_t a_stride, size_t n1, const float *b1,
                float *c1, size_t n2, const float *b2, float *c2, int add, float *sums,
                float *scratch);
};

/* kernels.c, compiled once per variant with LSTM4J_VARIANT naming the table it defines. */
extern const struct lstm4j_kernels lstm4j_kernels_baseline;
extern const struct lstm4j_kernels lstm4j_kernels_avx2;
extern const struct lstm4j_kernels lstm4j_kernels_avx512;
extern const struct lstm4j_kernels lstm4j_kernels_neon;

#endif /* LSTM4J_KERNELS_H */
