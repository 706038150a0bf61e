/*
 * Every supported CPU variant against double-precision libm: values, special values, sizes around
 * the vector width, and guard words around every buffer that is written.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "lstm4j.h"

static double sigmoid_exact(double x) { return x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x)); }

/* The distance of a float from an exact value, in units of the last place of a float of that size.
 */
static double ulps(float actual, double exact) {
  int exponent;
  frexp(exact, &exponent);
  double ulp = ldexp(1.0, (exponent < -125 ? -125 : exponent) - 24);
  return fabs((double)actual - exact) / ulp;
}

typedef void (*elementwise)(int isa, size_t n, const float *x, float *y);

/* The 2^23 floats with the bits first, first + step, ... */
static void sweep(int isa, const char *name, elementwise f, double (*exact)(double), double low,
                  double bound, uint32_t first, uint32_t step) {
  enum { BLOCK = 4096 };
  static float x[BLOCK], y[BLOCK];
  double worst = 0;
  float worst_at = 0;
  for (uint64_t base = 0; base < (1ull << 23); base += BLOCK) {
    for (uint64_t k = 0; k < BLOCK; k++) {
      uint32_t bits = first + (uint32_t)(base + k) * step;
      memcpy(&x[k], &bits, sizeof bits);
    }
    f(isa, BLOCK, x, y);
    for (int k = 0; k < BLOCK; k++) {
      if (isnan(x[k])) {
        CHECK(isnan(y[k]), "%s %s: NaN became %g", lstm4j_isa_name(isa), name, (double)y[k]);
        continue;
      }
      CHECK(y[k] >= (float)low && y[k] <= 1.0f, "%s %s(%g) = %g leaves its range",
            lstm4j_isa_name(isa), name, (double)x[k], (double)y[k]);
      double error = ulps(y[k], exact((double)x[k]));
      /* What is smaller than the normal floats may become 0. */
      if (fabs(exact((double)x[k])) < 0x1p-126 && y[k] == 0) continue;
      if (error > worst) {
        worst = error;
        worst_at = x[k];
      }
    }
  }
  printf("%-8s %-7s worst error %.3f ulp at %a\n", lstm4j_isa_name(isa), name, worst,
         (double)worst_at);
  CHECK(worst <= bound, "%s %s: %.3f ulp at %a", lstm4j_isa_name(isa), name, worst,
        (double)worst_at);
}

static void cell_case(int isa, size_t rows, size_t H, size_t stride, int with_out) {
  uint32_t seed = (uint32_t)(rows * 131 + H);
  float *gates = fresh(rows * 4 * H, &seed, 6), *bias = fresh(4 * H, &seed, 2);
  float *c = fresh(rows * H, &seed, 2), *h = fresh(rows * H, &seed, 1);
  float *before = malloc((rows * H + 1) * sizeof(float));
  memcpy(before, c, rows * H * sizeof(float));
  size_t out_size = rows == 0 ? 0 : (rows - 1) * stride + H;
  float *out = fresh(out_size, &seed, 0);
  lstm4j_cell(isa, rows, H, gates, bias, c, h, with_out ? out : NULL, stride);
  for (size_t r = 0; r < rows; r++) {
    for (size_t j = 0; j < H; j++) {
      const float *z = gates + r * 4 * H + j;
      double i = sigmoid_exact((double)z[0] + (double)bias[j]),
             f = sigmoid_exact((double)z[H] + (double)bias[H + j]);
      double g = tanh((double)z[2 * H] + (double)bias[2 * H + j]);
      double o = sigmoid_exact((double)z[3 * H] + (double)bias[3 * H + j]);
      double c1 = f * (double)before[r * H + j] + i * g, h1 = o * tanh(c1);
      /* Gates lie within 8, so rounding z + b costs half an ulp of 8 (4.8e-7) and the rest a few
       * ulp of 1. */
      CHECK(fabs((double)c[r * H + j] - c1) < 2e-6, "%s cell c[%zu,%zu] of %zux%zu",
            lstm4j_isa_name(isa), r, j, rows, H);
      CHECK(fabs((double)h[r * H + j] - h1) < 2e-6, "%s cell h[%zu,%zu] of %zux%zu",
            lstm4j_isa_name(isa), r, j, rows, H);
      if (with_out)
        CHECK(out[r * stride + j] == h[r * H + j], "out differs from h at %zu,%zu", r, j);
    }
    if (with_out && r + 1 < rows) {
      for (size_t j = H; j < stride; j++)
        CHECK(out[r * stride + j] == 0, "wrote between rows at %zu,%zu", r, j);
    }
  }
  free(gates), free(bias), free(c), free(h), free(before), free(out);
}

/* A row's bits may not depend on how many rows the call has; a NaN stays in its row. */
static void cell_rows_are_independent(int isa, size_t H) {
  enum { ROWS = 5 };
  uint32_t seed = 7;
  float *gates = fresh(ROWS * 4 * H, &seed, 6), *bias = fresh(4 * H, &seed, 2);
  float *c = fresh(ROWS * H, &seed, 2), *h = fresh(ROWS * H, &seed, 0);
  float *alone_c = malloc(H * sizeof(float)), *alone_h = malloc(H * sizeof(float));
  memcpy(alone_c, c + 2 * H, H * sizeof(float));
  lstm4j_cell(isa, 1, H, gates + 2 * 4 * H, bias, alone_c, alone_h, NULL, 0);
  gates[1 * 4 * H] = NAN;
  gates[3 * 4 * H + 4 * H - 1] = NAN;
  lstm4j_cell(isa, ROWS, H, gates, bias, c, h, NULL, 0);
  CHECK(memcmp(alone_h, h + 2 * H, H * sizeof(float)) == 0,
        "%s: row 2 of 5 differs from row 1 of 1, H=%zu", lstm4j_isa_name(isa), H);
  CHECK(memcmp(alone_c, c + 2 * H, H * sizeof(float)) == 0, "%s: c of row 2 differs, H=%zu",
        lstm4j_isa_name(isa), H);
  CHECK(isnan(h[H]) && isnan(h[3 * H + H - 1]), "%s: a NaN got lost", lstm4j_isa_name(isa));
  free(gates), free(bias), free(c), free(h), free(alone_c), free(alone_h);
}

static void copy_rows(void) {
  float from[6] = {1, 2, 3, 4, 5, 6}, to[9] = {0};
  lstm4j_copy_rows(3, 2, from, 2, to, 3);
  const float expected[9] = {1, 2, 0, 3, 4, 0, 5, 6, 0};
  CHECK(memcmp(to, expected, sizeof expected) == 0, "copy_rows");
}

/* Zeros before, zeros after, and memory around the block untouched. */
static void huge_pages(void) {
  size_t n = 3 << 20; /* floats: 12 MiB */
  float *p = calloc(n, sizeof(float));
  p[0] = p[n - 1] = 1;
  lstm4j_renew_as_huge_pages(p + 1, (n - 2) * sizeof(float));
  CHECK(p[0] == 1 && p[n - 1] == 1, "huge pages reached beyond the block");
  for (size_t k = 1; k < n - 1; k++) CHECK(p[k] == 0, "not zero at %zu", k);
  lstm4j_renew_as_huge_pages(p, 100);
  /* With memory on both sides of it, where reaching beyond is possible. */
  size_t from = n / 3, to = n / 3 * 2;
  p[from - 1] = p[to] = 1;
  lstm4j_renew_as_huge_pages(p + from, (to - from) * sizeof(float));
  CHECK(p[from - 1] == 1 && p[to] == 1, "huge pages reached beyond the inner block");
  free(p);
}

int main(void) {
  copy_rows();
  huge_pages();
  for (int isa = 0; isa < lstm4j_isa_count(); isa++) {
    if (!lstm4j_isa_supported(isa)) {
      printf("%-8s not supported by this CPU\n", lstm4j_isa_name(isa));
      continue;
    }
    /* The bounds of docs/numerics.md. */
    /* From end to end: denormals, infinities and NaN included. */
    sweep(isa, "sigmoid", lstm4j_sigmoid, sigmoid_exact, 0, 2.5, 0, 1 << 9);
    sweep(isa, "tanh", lstm4j_tanh, tanh, -1, 2.75, 0, 1 << 9);
    /* Every float where they are worst: from -16 to -32, from 2^-5 to 2^-4 and the negatives. */
    sweep(isa, "sigmoid", lstm4j_sigmoid, sigmoid_exact, 0, 2.5, 0xC1800000, 1);
    sweep(isa, "tanh", lstm4j_tanh, tanh, -1, 2.75, 0x3D000000, 1);
    sweep(isa, "tanh", lstm4j_tanh, tanh, -1, 2.75, 0xBD000000, 1);
    size_t w = (size_t)lstm4j_isa_width(isa);
    const size_t sizes[] = {1, 2, 3, w - 1, w, w + 1, 2 * w - 1, 2 * w + 3, 31, 67, 128};
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
      for (size_t rows = 0; rows <= 3; rows++) {
        cell_case(isa, rows, sizes[s], sizes[s], 1);
        cell_case(isa, rows, sizes[s], 2 * sizes[s] + 1, 1);
        cell_case(isa, rows, sizes[s], 0, 0);
      }
      cell_rows_are_independent(isa, sizes[s]);
    }
  }
  return verdict();
}
