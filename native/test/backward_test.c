/*
 * The gradient of the recurrence against a plain one in double precision, and what training keeps
 * against the recurrence itself, for every supported CPU variant.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "lstm4j.h"

struct sizes {
  size_t steps, rows, H, P;
};

static size_t width(struct sizes s) { return s.P == 0 ? s.H : s.P; }

static double *zeros(size_t n) { return calloc(n == 0 ? 1 : n, sizeof(double)); }

static double *widened(const float *x, size_t n) {
  double *d = zeros(n);
  for (size_t k = 0; k < n; k++) d[k] = (double)x[k];
  return d;
}

/* h = o * tanh(c) of a row whose gates and state before are known. */
static double cell_output(const double *gates, const double *c_before, size_t H, size_t j) {
  return gates[3 * H + j] * tanh(gates[H + j] * c_before[j] + gates[j] * gates[2 * H + j]);
}

/* One row of one step: d_h in, of the unprojected state; d_gates written, d_c replaced. */
static void row_gradient(size_t H, const double *gates, const double *c_before, const double *d_h,
                         double *d_c, double *d_gates) {
  for (size_t j = 0; j < H; j++) {
    double i = gates[j], f = gates[H + j], g = gates[2 * H + j], o = gates[3 * H + j];
    double y = tanh(f * c_before[j] + i * g);
    double d = d_c[j] + d_h[j] * o * (1 - y * y);
    d_gates[j] = d * g * i * (1 - i);
    d_gates[H + j] = d * c_before[j] * f * (1 - f);
    d_gates[2 * H + j] = d * i * (1 - g * g);
    d_gates[3 * H + j] = d_h[j] * y * o * (1 - o);
    d_c[j] = d * f;
  }
}

/* As lstm4j_backward with row_step = -rows, on gates in plain order. */
static void reference(struct sizes s, const double *gates, const double *c_before, const float *hh,
                      const float *hr, const float *d_out, size_t stride, double *d_h, double *d_c,
                      double *d_gates, double *d_projected) {
  size_t H = s.H, K = width(s);
  double *full = zeros(H);
  for (size_t t = s.steps; t-- > 0;) {
    for (size_t r = 0; r < s.rows; r++) {
      size_t row = t * s.rows + r;
      double *h = d_h + r * K;
      for (size_t k = 0; k < K; k++) h[k] += (double)d_out[row * stride + k];
      for (size_t j = 0; j < H; j++) {
        full[j] = hr == NULL ? h[j] : 0;
        for (size_t k = 0; hr != NULL && k < K; k++) full[j] += h[k] * (double)hr[k * H + j];
      }
      if (hr != NULL) memcpy(d_projected + row * K, h, K * sizeof(double));
      double *out = d_gates + row * 4 * H;
      row_gradient(H, gates + row * 4 * H, c_before + row * H, full, d_c + r * H, out);
      for (size_t k = 0; k < K; k++) {
        h[k] = 0;
        for (size_t n = 0; n < 4 * H; n++) h[k] += out[n] * (double)hh[n * K + k];
      }
    }
  }
  free(full);
}

/* Rows of packed gates back to the plain order. */
static float *plain_gates(int isa, size_t rows, size_t H, const float *packed) {
  size_t w = (size_t)lstm4j_isa_width(isa), stride = 4 * lstm4j_padded(isa, H);
  float *plain = malloc((rows * 4 * H + 1) * sizeof(float));
  for (size_t r = 0; r < rows; r++) {
    for (size_t q = 0; q < 4; q++) {
      for (size_t j = 0; j < H; j++) {
        plain[(r * 4 + q) * H + j] = packed[r * stride + j / w * 4 * w + q * w + j % w];
      }
    }
  }
  return plain;
}

static void close_to(const char *what, int isa, struct sizes s, const float *actual,
                     const double *exact, size_t n) {
  for (size_t k = 0; k < n; k++) {
    /* Gradients here are below 2; each step multiplies by matrices of norm about 1. */
    CHECK(fabs((double)actual[k] - exact[k]) < 1e-5,
          "%s T=%zu B=%zu H=%zu P=%zu: %s[%zu] %g, not %g", lstm4j_isa_name(isa), s.steps, s.rows,
          s.H, s.P, what, k, (double)actual[k], exact[k]);
  }
}

/* Where packed weights go: NaN, for what nobody writes to show. */
static float *unwritten(size_t size) {
  float *p = malloc((size + 1) * sizeof(float));
  memset(p, 0xff, size * sizeof(float));
  return p;
}

static float *packed(int isa, size_t columns, size_t k, int gates, const float *weights) {
  float *p = unwritten(lstm4j_packed_size(isa, columns, k, gates));
  lstm4j_pack(isa, columns, k, gates, weights, p);
  return p;
}

static float *packed_transposed(int isa, size_t columns, size_t k, const float *weights) {
  float *p = unwritten(lstm4j_packed_size(isa, columns, k, 0));
  lstm4j_pack_transposed(isa, columns, k, weights, p);
  return p;
}

/* What the forward kept, against double precision: the gates that come of the sums before, `z`, and of
 * the state before each step; and the cell state that comes of them and is kept for the next step. */
static void kept_is_right(int isa, struct sizes s, const float *z, const float *hh,
                          const float *h_before, const float *c0, const double *gates,
                          const double *c_before, const float *c_last) {
  size_t H = s.H, K = width(s), all = s.steps * s.rows;
  for (size_t r = 0; r < all; r++) {
    for (size_t n = 0; n < 4 * H; n++) {
      double sum = (double)z[r * 4 * H + n];
      for (size_t k = 0; k < K; k++) sum += (double)h_before[r * K + k] * (double)hh[n * K + k];
      double exact = n / H == 2 ? tanh(sum) : 1 / (1 + exp(-sum));
      CHECK(fabs(gates[r * 4 * H + n] - exact) < 2e-6, "%s T=%zu B=%zu H=%zu P=%zu: gate [%zu,%zu]",
            lstm4j_isa_name(isa), s.steps, s.rows, s.H, s.P, r, n);
    }
    for (size_t j = 0; j < H; j++) {
      const double *gate = gates + r * 4 * H + j;
      if (r < s.rows)
        CHECK(c_before[r * H + j] == (double)c0[r * H + j], "c before the first step");
      double exact = gate[H] * c_before[r * H + j] + gate[0] * gate[2 * H];
      double next = r + s.rows < all ? c_before[(r + s.rows) * H + j]
                                     : (double)c_last[(r + s.rows - all) * H + j];
      CHECK(fabs(next - exact) < 1e-6, "c after row %zu, unit %zu", r, j);
    }
  }
}

static void backward_case(int isa, struct sizes s) {
  size_t H = s.H, K = width(s), all = s.steps * s.rows, padded = 4 * lstm4j_padded(isa, H);
  size_t stride = K + 3;
  uint32_t seed = (uint32_t)(s.steps * 31 + s.rows * 7 + H + s.P);
  float scale = 1 / sqrtf((float)H);
  float *z = fresh(all * padded, &seed, 1), *z2 = malloc((all * padded + 1) * sizeof(float));
  memcpy(z2, z, all * padded * sizeof(float));
  float *zero = fresh(4 * H, &seed, 0), *bias = packed(isa, 4 * H, 1, 1, zero);
  float *hh = fresh(4 * H * K, &seed, scale), *hr = s.P == 0 ? NULL : fresh(K * H, &seed, scale);
  float *whh = packed(isa, 4 * H, K, 1, hh), *whr = s.P == 0 ? NULL : packed(isa, K, H, 0, hr);
  float *h = fresh(s.rows * K, &seed, 1), *c = fresh(s.rows * H, &seed, 1);
  float *h2 = malloc((s.rows * K + 1) * sizeof(float)),
        *c2 = malloc((s.rows * H + 1) * sizeof(float));
  memcpy(h2, h, s.rows * K * sizeof(float)), memcpy(c2, c, s.rows * H * sizeof(float));
  float *cell = fresh(s.rows * H, &seed, 0), *out = fresh(all * K, &seed, 0);
  float *out2 = fresh(all * K, &seed, 0);
  float *h_before = fresh(all * K, &seed, 0), *c_before = fresh(all * H, &seed, 0);
  ptrdiff_t rows = (ptrdiff_t)s.rows;
  ptrdiff_t gates_step = rows * (ptrdiff_t)padded, out_step = rows * (ptrdiff_t)K;

  /* Keeping changes no bit of the answer. */
  lstm4j_recurrence(isa, s.steps, s.rows, H, s.P, z2, gates_step, bias, whh, whr, h2, c2, cell,
                    out2, out_step, K);
  float *h0 = malloc((s.rows * K + 1) * sizeof(float));
  float *c0 = malloc((s.rows * H + 1) * sizeof(float)), *sums = plain_gates(isa, all, H, z);
  memcpy(h0, h, s.rows * K * sizeof(float)), memcpy(c0, c, s.rows * H * sizeof(float));
  lstm4j_recurrence_kept(isa, s.steps, s.rows, H, s.P, z, gates_step, bias, whh, whr, h, c, cell,
                         out, out_step, K, h_before, c_before, rows);
  CHECK(memcmp(out, out2, all * K * sizeof(float)) == 0, "kept: out");
  CHECK(memcmp(c, c2, s.rows * H * sizeof(float)) == 0, "kept: c");
  CHECK(memcmp(h_before, h0, s.rows * K * sizeof(float)) == 0, "kept: h before the first step");
  CHECK(memcmp(h_before + s.rows * K, out, (all - s.rows) * K * sizeof(float)) == 0, "kept: h");

  float *d_out = fresh((all - 1) * stride + K, &seed, 0.3f);
  float *d_h = fresh(s.rows * K, &seed, 0.5f), *d_c = fresh(s.rows * H, &seed, 0.5f);
  double *exact_h = widened(d_h, s.rows * K), *exact_c = widened(d_c, s.rows * H);
  float *d_h2 = malloc((s.rows * K + 1) * sizeof(float));
  float *d_c2 = malloc((s.rows * H + 1) * sizeof(float)), *d_gates2 = fresh(all * 4 * H, &seed, 0);
  memcpy(d_h2, d_h, s.rows * K * sizeof(float)), memcpy(d_c2, d_c, s.rows * H * sizeof(float));
  float *d_gates = fresh(all * 4 * H, &seed, 0);
  float *d_projected = fresh(all * K, &seed, 0), *cell_out = fresh(all * H, &seed, 0);
  float *whh_t = packed_transposed(isa, K, 4 * H, hh);
  float *whr_t = s.P == 0 ? NULL : packed_transposed(isa, H, K, hr);
  size_t last = (s.steps - 1) * s.rows;
  lstm4j_backward(isa, s.steps, s.rows, H, s.P, z + last * padded, c_before + last * H, whh_t,
                  whr_t, d_out + last * stride, stride, d_h, d_c, d_gates + last * 4 * H,
                  d_projected + last * K, cell_out + last * H, cell, -rows, 1);

  /* The same bits where the gradient of the first state is not wanted. */
  lstm4j_backward(isa, s.steps, s.rows, H, s.P, z + last * padded, c_before + last * H, whh_t,
                  whr_t, d_out + last * stride, stride, d_h2, d_c2, d_gates2 + last * 4 * H,
                  d_projected + last * K, cell_out + last * H, cell, -rows, 0);
  CHECK(memcmp(d_gates, d_gates2, all * 4 * H * sizeof(float)) == 0, "no d_h: d_gates");
  CHECK(memcmp(d_c, d_c2, s.rows * H * sizeof(float)) == 0, "no d_h: d_c");

  float *plain = plain_gates(isa, all, H, z);
  double *gates = widened(plain, all * 4 * H), *before = widened(c_before, all * H);
  kept_is_right(isa, s, sums, hh, h_before, c0, gates, before, c);
  double *exact_gates = zeros(all * 4 * H), *exact_projected = zeros(all * K);
  reference(s, gates, before, hh, hr, d_out, stride, exact_h, exact_c, exact_gates,
            exact_projected);
  close_to("d_gates", isa, s, d_gates, exact_gates, all * 4 * H);
  close_to("d_h", isa, s, d_h, exact_h, s.rows * K);
  close_to("d_c", isa, s, d_c, exact_c, s.rows * H);
  if (s.P > 0) {
    close_to("d_projected", isa, s, d_projected, exact_projected, all * K);
    for (size_t r = 0; r < all; r++) {
      for (size_t j = 0; j < H; j++) {
        double exact = cell_output(gates + r * 4 * H, before + r * H, H, j);
        CHECK(fabs((double)cell_out[r * H + j] - exact) < 1e-6, "cell_out[%zu,%zu]", r, j);
      }
    }
  }

  free(z), free(z2), free(zero), free(bias), free(hh), free(hr), free(whh), free(whr), free(h);
  free(c), free(h2), free(c2), free(cell), free(out), free(out2), free(h_before), free(c_before);
  free(h0), free(d_out), free(d_h), free(d_c), free(exact_h), free(exact_c), free(d_gates);
  free(d_projected), free(cell_out), free(whh_t), free(whr_t), free(plain), free(gates);
  free(before), free(exact_gates), free(exact_projected), free(d_h2), free(d_c2), free(d_gates2);
  free(c0), free(sums);
}

/* Two products of the left matrix; the second is `n2` wide. */
static void outer_case(int isa, size_t rows, size_t m, size_t n, size_t n2) {
  uint32_t seed = (uint32_t)(rows + m * 3 + n * 7);
  size_t a_stride = m + 5;
  float *a = fresh((rows - 1) * a_stride + m, &seed, 1), *b = fresh(rows * n, &seed, 1);
  float *b2 = fresh(rows * n2, &seed, 1), *c2 = malloc((m * n2 + 1) * sizeof(float));
  float *c = malloc(m * n * sizeof(float)), *part = malloc(n * sizeof(float));
  float *scratch = malloc(lstm4j_outer_scratch(isa, m, n, n2) * sizeof(float));
  float *sums = malloc(m * sizeof(float)), sum;
  for (size_t k = 0; k < m * n; k++) c[k] = NAN;
  for (size_t k = 0; k < m * n2; k++) c2[k] = NAN;
  lstm4j_outer(isa, rows, m, a, a_stride, n, b, c, n2, b2, c2, 0, sums, scratch);
  for (size_t i = 0; i < m; i++) {
    double exact_sum = 0;
    for (size_t r = 0; r < rows; r++) exact_sum += (double)a[r * a_stride + i];
    CHECK(sums[i] == (float)exact_sum, "%s sum of column %zu", lstm4j_isa_name(isa), i);
    for (size_t j = 0; j < n + n2; j++) {
      float actual = j < n ? c[i * n + j] : c2[i * n2 + j - n];
      double exact = 0;
      for (size_t r = 0; r < rows; r++) {
        float right = j < n ? b[r * n + j] : b2[r * n2 + j - n];
        exact += (double)a[r * a_stride + i] * (double)right;
      }
      /* Partial sums are a random walk of about sqrt(rows) in size, and so are their roundings. */
      CHECK(fabs((double)actual - exact) <= 1e-7 * (double)rows + 1e-6,
            "%s outer %zu rows, %zux%zu [%zu,%zu]: %g, not %g", lstm4j_isa_name(isa), rows, m, n, i,
            j, (double)actual, exact);
    }
  }
  /* One column of A alone has the same bits, and adding doubles them. */
  size_t last = m - 1;
  lstm4j_outer(isa, rows, 1, a + last, a_stride, n, b, part, 0, NULL, NULL, 0, &sum, scratch);
  CHECK(memcmp(part, c + last * n, n * sizeof(float)) == 0, "outer of one column differs");
  CHECK(sum == sums[last], "sum of one column differs");
  if (rows <= 300) {
    lstm4j_outer(isa, rows, 1, a + last, a_stride, n, b, part, 0, NULL, NULL, 1, NULL, scratch);
    for (size_t j = 0; j < n; j++) {
      CHECK(part[j] == c[last * n + j] + c[last * n + j], "outer does not add");
    }
  }
  free(a), free(b), free(c), free(b2), free(c2), free(part), free(scratch), free(sums);
}

/* Rows of zeros at both ends of B, of which the products are left out, as NaN in A's shows; those of A
 * without these rows have the same bits. Zeros in between are not special. */
static void outer_zeros_case(int isa, size_t begin, size_t rows, size_t end, size_t m, size_t n) {
  uint32_t seed = (uint32_t)(begin + rows * 3 + end * 7 + m);
  size_t all = begin + rows + end;
  float *a = fresh(all * m, &seed, 1), *b = fresh(all * n, &seed, 1), *whole = fresh(all, &seed, 1);
  float *c = malloc(m * n * sizeof(float)), *part = malloc((m * n + 1) * sizeof(float));
  float *sum = malloc(m * sizeof(float));
  float *scratch = malloc(lstm4j_outer_scratch(isa, m, n, 1) * sizeof(float));
  for (size_t r = 0; r < all; r++) {
    if (r >= begin && r < begin + rows && r != begin + rows / 2) continue;
    for (size_t k = 0; k < n; k++) b[r * n + k] = r % 2 == 0 ? 0.0f : -0.0f;
    for (size_t k = 0; k < m && r != begin + rows / 2; k++) a[r * m + k] = NAN;
  }
  lstm4j_outer(isa, all, m, a, m, n, b, c, 1, whole, sum, 0, NULL, scratch);
  /* One chunk of rows only, so that both are the same sums. */
  lstm4j_outer(isa, rows, m, a + begin * m, m, n, b + begin * n, part, 0, NULL, NULL, 0, NULL,
               scratch);
  for (size_t k = 0; k < m * n; k++) {
    CHECK(c[k] == (rows == 0 ? 0 : part[k]), "%s outer zeros %zu %zu %zu: [%zu] %g",
          lstm4j_isa_name(isa), begin, rows, end, k, (double)c[k]);
  }
  for (size_t k = 0; k < m; k++) CHECK(isnan(sum[k]) || begin + end == 0, "the other B has none");
  free(a), free(b), free(whole), free(c), free(part), free(sum), free(scratch);
}

/* Sizes of zero write nothing, and read nothing: most pointers here lead nowhere. */
static void no_size_case(int isa) {
  float h[4] = {1, 2, 3, 4}, c[4] = {5, 6, 7, 8}, sums[4] = {9, 9, 9, 9}, out[4] = {9, 9, 9, 9};
  lstm4j_backward(isa, 0, 2, 2, 0, NULL, NULL, NULL, NULL, NULL, 2, h, c, NULL, NULL, NULL, NULL, 2,
                  1);
  lstm4j_backward(isa, 3, 0, 2, 0, NULL, NULL, NULL, NULL, NULL, 2, NULL, NULL, NULL, NULL, NULL,
                  NULL, 0, 1);
  float scratch[1 << 18];
  CHECK(lstm4j_outer_scratch(isa, 4, 2, 0) <= sizeof scratch / sizeof scratch[0], "scratch");
  lstm4j_outer(isa, 0, 4, NULL, 4, 1, NULL, out, 0, NULL, NULL, 0, sums, scratch);
  lstm4j_outer(isa, 3, 0, NULL, 0, 2, NULL, NULL, 0, NULL, NULL, 0, NULL, scratch);
  for (int k = 0; k < 4; k++) {
    CHECK(h[k] == (float)(k + 1) && c[k] == (float)(k + 5), "no steps: the state");
    CHECK(out[k] == 9 && sums[k] == 0, "no rows: an outer product, or a sum that is not 0");
  }
}

/* The transposed matrix packs to the same. */
static void pack_case(int isa, size_t columns, size_t k) {
  uint32_t seed = (uint32_t)(columns + k);
  float *w = fresh(columns * k, &seed, 1), *t = malloc((columns * k + 1) * sizeof(float));
  for (size_t n = 0; n < columns; n++) {
    for (size_t j = 0; j < k; j++) t[j * columns + n] = w[n * k + j];
  }
  float *p = packed(isa, columns, k, 0, w), *q = packed_transposed(isa, columns, k, t);
  CHECK(memcmp(p, q, lstm4j_packed_size(isa, columns, k, 0) * sizeof(float)) == 0,
        "pack_transposed %zux%zu", columns, k);
  free(w), free(t), free(p), free(q);
}

int main(void) {
  for (int isa = 0; isa < lstm4j_isa_count(); isa++) {
    if (!lstm4j_isa_supported(isa)) continue;
    size_t w = (size_t)lstm4j_isa_width(isa);
    const size_t sizes[] = {1, 3, w - 1, w, w + 1, 2 * w, 3 * w + 1, 4 * w, 4 * w + 1, 67};
    const size_t rows[] = {1, 2, 3, 5, 6, 7, 13};
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
      pack_case(isa, sizes[s], 1 + sizes[s] / 2);
      outer_case(isa, 1, sizes[s], 1 + sizes[s] / 2, 3);
      outer_case(isa, 50, 1 + sizes[s] / 2, sizes[s], 0);
      outer_case(isa, 1500, sizes[s], sizes[s], sizes[s]);
      for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
        backward_case(isa, (struct sizes){1, rows[r], sizes[s], 0});
        backward_case(isa, (struct sizes){4, rows[r], sizes[s], 0});
        if (sizes[s] > 1)
          backward_case(isa, (struct sizes){3, rows[r], sizes[s], 1 + sizes[s] / 3});
      }
    }
    outer_zeros_case(isa, 0, 9, 0, 13, 67);
    outer_zeros_case(isa, 3, 9, 0, 13, 67);
    outer_zeros_case(isa, 0, 9, 5, 13, 67);
    outer_zeros_case(isa, 4, 1, 5, 197, 5);
    outer_zeros_case(isa, 7, 0, 0, 13, 67);
    /* More than what is summed at a time; a chunk of zeros at either end. */
    outer_zeros_case(isa, 400, 400, 410, 13, 19);
    outer_zeros_case(isa, 900, 30, 0, 103, 19);
    /* Wider than what is packed at a time. */
    outer_case(isa, 430, 7, 4099, 2048);
    outer_case(isa, 2, 2 * w + 1, 5, 2049);
    /* A result that leaves the L2 cache, and weights that are asked for beside what comes later. */
    outer_case(isa, 9, 320, 420, 3);
    backward_case(isa, (struct sizes){2, 13, 200, 0});
    backward_case(isa, (struct sizes){2, 25, 200, 0});
    no_size_case(isa);
  }
  return verdict();
}
