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
};

/* kernels.c, compiled once per variant with LSTM4J_VARIANT naming the table it defines. */
extern const struct lstm4j_kernels lstm4j_kernels_baseline;
extern const struct lstm4j_kernels lstm4j_kernels_avx2;
extern const struct lstm4j_kernels lstm4j_kernels_avx512;
extern const struct lstm4j_kernels lstm4j_kernels_neon;

#endif /* LSTM4J_KERNELS_H */
