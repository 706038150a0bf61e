/*
 * Packed products and the recurrence of every supported CPU variant: against double precision, and
 * against themselves with other company, for the same bits.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "lstm4j.h"

static float *packed(int isa, size_t columns, size_t k, int gates, const float *weights) {
  float *p = malloc((lstm4j_packed_size(isa, columns, k, gates) + 1) * sizeof(float));
  lstm4j_pack(isa, columns, k, gates, weights, p);
  return p;
}

static void multiply_case(int isa, size_t rows, size_t columns, size_t k) {
  uint32_t seed = (uint32_t)(rows * 7 + columns * 3 + k);
  size_t a_stride = k + 3, c_stride = columns + 2;
  float *a = fresh((rows - 1) * a_stride + k, &seed, 1), *w = fresh(columns * k, &seed, 1);
  float *c = fresh((rows - 1) * c_stride + columns, &seed, 0), *alone = fresh(columns, &seed, 0);
  float *p = packed(isa, columns, k, 0, w);
  lstm4j_multiply(isa, rows, columns, k, a, a_stride, p, c, c_stride, 0);
  for (size_t r = 0; r < rows; r++) {
    for (size_t n = 0; n < columns; n++) {
      double exact = 0;
      for (size_t j = 0; j < k; j++) exact += (double)a[r * a_stride + j] * (double)w[n * k + j];
      /* Sums of k products below 1: k roundings of partial sums below k, half an ulp each. */
      CHECK(fabs((double)c[r * c_stride + n] - exact) <= 1e-7 * (double)(k * k + 1),
            "%s multiply %zux%zux%zu [%zu,%zu]", lstm4j_isa_name(isa), rows, columns, k, r, n);
    }
    for (size_t n = columns; n < c_stride && r + 1 < rows; n++) {
      CHECK(c[r * c_stride + n] == 0, "multiply wrote between rows");
    }
    lstm4j_multiply(isa, 1, columns, k, a + r * a_stride, k, p, alone, columns, 0);
    CHECK(memcmp(alone, c + r * c_stride, columns * sizeof(float)) == 0,
          "%s multiply: row %zu of %zu differs from the row alone (%zu columns)",
          lstm4j_isa_name(isa), r, rows, columns);
  }
  float *twice = malloc(((rows - 1) * c_stride + columns) * sizeof(float));
  memcpy(twice, c, ((rows - 1) * c_stride + columns) * sizeof(float));
  lstm4j_multiply(isa, rows, columns, k, a, a_stride, p, twice, c_stride, 1);
  for (size_t n = 0; n < (rows - 1) * c_stride + columns; n++) {
    /* Only with one sum per element is it the product that is added; else one sum after another. */
    CHECK(k <= 512 ? twice[n] == c[n] + c[n] : fabsf(twice[n] - 2 * c[n]) <= 1e-6f * (float)k,
          "multiply does not add");
  }
  free(twice);
  free(a), free(w), free(c), free(alone), free(p);
}

/* One sum of so many terms would be off by twice as much as is allowed here. */
static void many_terms(int isa, size_t rows) {
  enum { K = 16384, COLUMNS = 70 };
  uint32_t seed = (uint32_t)rows;
  float *a = fresh(rows * K, &seed, 1), *w = fresh((size_t)COLUMNS * K, &seed, 1);
  float *c = fresh(rows * COLUMNS, &seed, 0), *p = packed(isa, COLUMNS, K, 0, w);
  lstm4j_multiply(isa, rows, COLUMNS, K, a, K, p, c, COLUMNS, 0);
  double errors = 0, squares = 0;
  for (size_t r = 0; r < rows; r++) {
    for (size_t n = 0; n < COLUMNS; n++) {
      double exact = 0;
      for (size_t j = 0; j < K; j++) exact += (double)a[r * K + j] * (double)w[n * K + j];
      double error = (double)c[r * COLUMNS + n] - exact;
      errors += error * error;
      squares += exact * exact;
    }
  }
  CHECK(sqrt(errors / squares) <= 1e-6, "%s multiply: relative error of %g over %d terms",
        lstm4j_isa_name(isa), sqrt(errors / squares), K);
  free(a), free(w), free(c), free(p);
}

static double sigmoid_exact(double x) { return 1 / (1 + exp(-x)); }

/* A plain LSTM in double precision over gates that already hold x * W_ih^T, in gate order i, f, g,
 * o. */
static void reference(size_t steps, size_t rows, size_t H, size_t P, const float *gates,
                      const float *bias, const float *hh, const float *hr, double *h, double *c,
                      double *out) {
  size_t K = hr == NULL ? H : P;
  double *z = malloc(4 * H * sizeof(double)), *full = malloc(H * sizeof(double));
  for (size_t t = 0; t < steps; t++) {
    for (size_t r = 0; r < rows; r++) {
      for (size_t n = 0; n < 4 * H; n++) {
        z[n] = (double)gates[(t * rows + r) * 4 * H + n] + (double)bias[n];
        for (size_t k = 0; k < K; k++) z[n] += h[r * K + k] * (double)hh[n * K + k];
      }
      for (size_t j = 0; j < H; j++) {
        double *cell = c + r * H + j;
        *cell = sigmoid_exact(z[H + j]) * *cell + sigmoid_exact(z[j]) * tanh(z[2 * H + j]);
        full[j] = sigmoid_exact(z[3 * H + j]) * tanh(*cell);
      }
      for (size_t k = 0; k < K; k++) {
        double sum = hr == NULL ? full[k] : 0;
        for (size_t j = 0; hr != NULL && j < H; j++) sum += full[j] * (double)hr[k * H + j];
        h[r * K + k] = sum;
        out[(t * rows + r) * K + k] = sum;
      }
    }
  }
  free(z), free(full);
}

/* Gate rows from the plain order into the packed one, by packing each row as a bias. */
static float *packed_rows(int isa, size_t rows, size_t H, const float *gates) {
  size_t width = 4 * lstm4j_padded(isa, H);
  float *p = malloc((rows * width + 1) * sizeof(float));
  for (size_t r = 0; r < rows; r++) lstm4j_pack(isa, 4 * H, 1, 1, gates + r * 4 * H, p + r * width);
  return p;
}

static void recurrence_case(int isa, size_t steps, size_t rows, size_t H, size_t P) {
  uint32_t seed = (uint32_t)(steps * 31 + rows * 7 + H);
  size_t K = P == 0 ? H : P, stride = 2 * K + 1, width = 4 * lstm4j_padded(isa, H);
  float scale = 1 / sqrtf((float)H);
  float *gates = fresh(steps * rows * 4 * H, &seed, 1), *bias = fresh(4 * H, &seed, 0.5f);
  float *hh = fresh(4 * H * K, &seed, scale), *hr = P == 0 ? NULL : fresh(P * H, &seed, scale);
  float *h = fresh(rows * K, &seed, 1), *c = fresh(rows * H, &seed, 1);
  float *cell_out = fresh(rows * H, &seed, 0);
  float *out = fresh((steps * rows - 1) * stride + K, &seed, 0);
  double *dh = malloc(rows * K * sizeof(double)), *dc = malloc(rows * H * sizeof(double));
  double *dout = malloc(steps * rows * K * sizeof(double));
  for (size_t k = 0; k < rows * K; k++) dh[k] = (double)h[k];
  for (size_t k = 0; k < rows * H; k++) dc[k] = (double)c[k];
  float *h1 = malloc(K * sizeof(float)), *c1 = malloc(H * sizeof(float));
  size_t last = rows - 1;
  memcpy(h1, h + last * K, K * sizeof(float));
  memcpy(c1, c + last * H, H * sizeof(float));

  float *z = packed_rows(isa, steps * rows, H, gates), *b = packed(isa, 4 * H, 1, 1, bias);
  float *whh = packed(isa, 4 * H, K, 1, hh), *whr = P == 0 ? NULL : packed(isa, P, H, 0, hr);
  lstm4j_recurrence(isa, steps, rows, H, P, z, (ptrdiff_t)(rows * width), b, whh, whr, h, c,
                    cell_out, out, (ptrdiff_t)(rows * stride), stride);
  reference(steps, rows, H, P, gates, bias, hh, hr, dh, dc, dout);
  for (size_t r = 0; r < steps * rows; r++) {
    for (size_t k = 0; k < K; k++) {
      /* All values lie within 2; a few roundings a step, contracted by the gates. */
      CHECK(fabs((double)out[r * stride + k] - dout[r * K + k]) < 5e-6,
            "%s recurrence T=%zu B=%zu H=%zu P=%zu: out[%zu,%zu] %g, not %g", lstm4j_isa_name(isa),
            steps, rows, H, P, r, k, (double)out[r * stride + k], dout[r * K + k]);
    }
    for (size_t k = K; k < stride && r + 1 < steps * rows; k++) {
      CHECK(out[r * stride + k] == 0, "recurrence wrote between rows");
    }
  }
  for (size_t k = 0; k < rows * K; k++) CHECK(fabs((double)h[k] - dh[k]) < 5e-6, "h[%zu]", k);
  for (size_t k = 0; k < rows * H; k++) CHECK(fabs((double)c[k] - dc[k]) < 5e-6, "c[%zu]", k);

  /* The last sequence alone, one call per step, has the same bits. */
  float *row_out = malloc(K * sizeof(float));
  for (size_t t = 0; t < steps; t++) {
    lstm4j_recurrence(isa, 1, 1, H, P, z + (t * rows + last) * width, 0, b, whh, whr, h1, c1,
                      cell_out, row_out, 0, K);
    CHECK(memcmp(row_out, out + (t * rows + last) * stride, K * sizeof(float)) == 0,
          "%s recurrence T=%zu B=%zu H=%zu P=%zu: step %zu alone differs", lstm4j_isa_name(isa),
          steps, rows, H, P, t);
  }
  CHECK(memcmp(c1, c + last * H, H * sizeof(float)) == 0, "c alone differs");
  free(gates), free(bias), free(hh), free(hr), free(h), free(c), free(cell_out), free(out);
  free(dh), free(dc), free(dout), free(h1), free(c1), free(z), free(b), free(whh), free(whr);
  free(row_out);
}

/* A step shared by panels is the step, in either order. */
static void shared_step_case(int isa, size_t rows, size_t H) {
  uint32_t seed = (uint32_t)(rows + H);
  size_t padded = lstm4j_padded(isa, H), panels = padded / (size_t)lstm4j_isa_width(isa);
  float *gates = fresh(rows * 4 * H, &seed, 1), *hh = fresh(4 * H * H, &seed, 0.3f);
  float *zero = fresh(4 * H, &seed, 0), *h = fresh(rows * H, &seed, 1);
  float *c = fresh(rows * H, &seed, 1), *c2 = malloc(rows * H * sizeof(float));
  float *h2 = malloc(rows * H * sizeof(float)), *out = fresh(rows * H, &seed, 0);
  float *out2 = fresh(rows * (H + 2), &seed, 0);
  memcpy(h2, h, rows * H * sizeof(float));
  memcpy(c2, c, rows * H * sizeof(float));
  float *z = packed_rows(isa, rows, H, gates), *b = packed(isa, 4 * H, 1, 1, zero);
  float *whh = packed(isa, 4 * H, H, 1, hh);
  lstm4j_recurrence(isa, 1, rows, H, 0, z, 0, b, whh, NULL, h, c, NULL, out, 0, H);
  size_t first = panels / 3;
  lstm4j_step(isa, rows, H, 0, first, 0, z, b, whh, h2, H, c2, out2, H + 2);
  lstm4j_step(isa, rows, H, first, panels - first, 1, z, b, whh, h2, H, c2, out2, H + 2);
  CHECK(memcmp(c, c2, rows * H * sizeof(float)) == 0, "shared step c, H=%zu", H);
  for (size_t r = 0; r < rows; r++) {
    CHECK(memcmp(out + r * H, out2 + r * (H + 2), H * sizeof(float)) == 0, "shared step row %zu",
          r);
    CHECK(out2[r * (H + 2) + H] == 0, "shared step wrote between rows");
  }
  free(gates), free(hh), free(zero), free(h), free(c), free(c2), free(h2), free(out), free(out2);
  free(z), free(b), free(whh);
}

/* The product of a state of zeros is left out, as weights that are not finite show. Beside another
 * state it is not, and the bits are the same. */
static void zeros_case(int isa, size_t rows, size_t H, size_t P) {
  uint32_t seed = (uint32_t)(rows * 5 + H);
  size_t K = P == 0 ? H : P, all = rows + 1, panels = lstm4j_padded(isa, H);
  panels /= (size_t)lstm4j_isa_width(isa);
  float *gates = fresh(all * 4 * H, &seed, 1), *bias = fresh(4 * H, &seed, 0.5f);
  float *hh = fresh(4 * H * K, &seed, 0.5f), *hr = P == 0 ? NULL : fresh(P * H, &seed, 0.5f);
  float *z = packed_rows(isa, all, H, gates), *b = packed(isa, 4 * H, 1, 1, bias);
  float *whh = packed(isa, 4 * H, K, 1, hh), *whr = P == 0 ? NULL : packed(isa, P, H, 0, hr);
  for (size_t k = 0; k < 4 * H * K; k++) hh[k] = k % 2 == 0 ? NAN : INFINITY;
  float *broken = packed(isa, 4 * H, K, 1, hh), *cell_out = fresh(all * H, &seed, 0);
  float *h[3], *c[3], *out[3];
  for (int n = 0; n < 3; n++) {
    h[n] = fresh(all * K, &seed, 0), c[n] = fresh(all * H, &seed, 0);
    out[n] = fresh(all * K, &seed, 0);
    for (size_t k = 0; k < rows * K; k += 2) h[n][k] = -0.0f;
  }
  for (size_t k = 0; k < K; k++) h[1][rows * K + k] = 0.5f;
  lstm4j_recurrence(isa, 1, rows, H, P, z, 0, b, broken, whr, h[0], c[0], cell_out, out[0], 0, K);
  lstm4j_recurrence(isa, 1, all, H, P, z, 0, b, whh, whr, h[1], c[1], cell_out, out[1], 0, K);
  for (size_t k = 0; k < rows * K; k++) CHECK(isfinite(out[0][k]), "zeros were multiplied");
  CHECK(memcmp(out[0], out[1], rows * K * sizeof(float)) == 0, "%s zeros B=%zu H=%zu P=%zu: out",
        lstm4j_isa_name(isa), rows, H, P);
  CHECK(memcmp(c[0], c[1], rows * H * sizeof(float)) == 0, "zeros: c");
  if (P == 0) {
    lstm4j_step(isa, rows, H, 0, panels, 0, z, b, broken, h[2], H, c[2], out[2], H);
    CHECK(memcmp(out[0], out[2], rows * H * sizeof(float)) == 0, "zeros: a shared step");
  }
  for (int n = 0; n < 3; n++) free(h[n]), free(c[n]), free(out[n]);
  free(gates), free(bias), free(hh), free(hr), free(z), free(b), free(whh), free(whr);
  free(broken), free(cell_out);
}

/* Time backwards: steps and outputs at negative distances. */
static void reverse_case(int isa) {
  enum { STEPS = 3, H = 5 };
  uint32_t seed = 5;
  size_t width = 4 * lstm4j_padded(isa, H);
  float *gates = fresh(STEPS * 4 * H, &seed, 1), *zero = fresh(4 * H * H, &seed, 0);
  float *hh = fresh(4 * H * H, &seed, 0.5f);
  float *z = packed_rows(isa, STEPS, H, gates), *b = packed(isa, 4 * H, 1, 1, zero);
  float *whh = packed(isa, 4 * H, H, 1, hh), out[STEPS * H], again[H];
  float h[2][H] = {{0}}, c[2][H] = {{0}};
  lstm4j_recurrence(isa, STEPS, 1, H, 0, z + 2 * width, -(ptrdiff_t)width, b, whh, NULL, h[0], c[0],
                    NULL, out + 2 * H, -H, H);
  for (int t = STEPS - 1; t >= 0; t--) {
    lstm4j_recurrence(isa, 1, 1, H, 0, z + (size_t)t * width, 0, b, whh, NULL, h[1], c[1], NULL,
                      again, 0, H);
    CHECK(memcmp(again, out + t * H, sizeof again) == 0, "reverse step %d", t);
  }
  CHECK(memcmp(h[0], h[1], sizeof h[0]) == 0, "reverse h");
  free(gates), free(zero), free(hh), free(z), free(b), free(whh);
}

/* No steps leave the state as it was, whatever the output's stride. */
static void no_steps_case(int isa) {
  enum { ROWS = 2, H = 3, STRIDE = 7 };
  uint32_t seed = 11;
  float *zero = fresh(4 * H * H, &seed, 0), *b = packed(isa, 4 * H, 1, 1, zero);
  float *whh = packed(isa, 4 * H, H, 1, zero), out[ROWS * STRIDE] = {0};
  float h[ROWS * STRIDE], c[ROWS * H];
  for (int k = 0; k < ROWS * STRIDE; k++) h[k] = (float)k;
  for (int k = 0; k < ROWS * H; k++) c[k] = (float)k;
  lstm4j_recurrence(isa, 0, ROWS, H, 0, zero, 0, b, whh, NULL, h, c, NULL, out, 0, STRIDE);
  for (int k = 0; k < ROWS * STRIDE; k++) CHECK(h[k] == (float)k, "no steps: h[%d]", k);
  free(zero), free(b), free(whh);
}

/* A gate matrix has the products of the plain one, in packed gate order. */
static void gate_product_case(int isa, size_t rows, size_t H, size_t k) {
  uint32_t seed = (uint32_t)(rows + H * 3 + k * 7);
  size_t padded = 4 * lstm4j_padded(isa, H), w = (size_t)lstm4j_isa_width(isa);
  float *a = fresh(rows * k, &seed, 1), *weights = fresh(4 * H * k, &seed, 1);
  float *gates = packed(isa, 4 * H, k, 1, weights), *plain = packed(isa, 4 * H, k, 0, weights);
  float *z = malloc(rows * padded * sizeof(float)), *c = malloc(rows * 4 * H * sizeof(float));
  lstm4j_multiply(isa, rows, padded, k, a, k, gates, z, padded, 0);
  lstm4j_multiply(isa, rows, 4 * H, k, a, k, plain, c, 4 * H, 0);
  for (size_t r = 0; r < rows; r++) {
    for (size_t q = 0; q < 4; q++) {
      for (size_t j = 0; j < padded / 4; j++) {
        float actual = z[r * padded + j / w * 4 * w + q * w + j % w];
        CHECK(actual == (j < H ? c[(r * 4 + q) * H + j] : 0), "%s gate product B=%zu H=%zu k=%zu",
              lstm4j_isa_name(isa), rows, H, k);
      }
    }
  }
  free(a), free(weights), free(gates), free(plain), free(z), free(c);
}

/* No rows write nothing, and read nothing: most pointers here lead nowhere. No terms sum to 0. */
static void no_size_case(int isa) {
  float c[3] = {9, 9, 9};
  lstm4j_multiply(isa, 0, 3, 5, NULL, 5, NULL, c, 3, 0);
  CHECK(c[0] == 9, "no rows: a product");
  lstm4j_recurrence(isa, 2, 0, 3, 0, NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, c, 0, 3);
  lstm4j_step(isa, 0, 3, 0, 1, 0, NULL, NULL, NULL, NULL, 3, NULL, c, 3);
  CHECK(c[0] == 9, "no rows: a recurrence");
  for (size_t rows = 1; rows <= 3; rows += 2) {
    float z[9];
    for (int k = 0; k < 9; k++) z[k] = NAN;
    lstm4j_multiply(isa, rows, 3, 0, c, 0, c, z, 3, 0);
    for (size_t k = 0; k < 3 * rows; k++) CHECK(z[k] == 0, "no terms: not 0");
  }
}

int main(void) {
  for (int isa = 0; isa < lstm4j_isa_count(); isa++) {
    if (!lstm4j_isa_supported(isa)) continue;
    size_t w = (size_t)lstm4j_isa_width(isa);
    const size_t sizes[] = {1, 3, w - 1, w, w + 1, 2 * w, 3 * w + 1, 4 * w, 4 * w + 1, 67};
    const size_t rows[] = {1, 2, 3, 4, 5, 6, 7, 13, 97, 200};
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
      for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
        multiply_case(isa, rows[r], sizes[s], 1 + sizes[s] / 2);
        if (rows[r] > 13) continue;
        shared_step_case(isa, rows[r], sizes[s]);
        recurrence_case(isa, 1, rows[r], sizes[s], 0);
        recurrence_case(isa, 4, rows[r], sizes[s], 0);
        if (sizes[s] > 1) recurrence_case(isa, 3, rows[r], sizes[s], 1 + sizes[s] / 3);
        zeros_case(isa, rows[r], sizes[s], 0);
        if (sizes[s] > 1) zeros_case(isa, rows[r], sizes[s], 1 + sizes[s] / 3);
      }
    }
    reverse_case(isa);
    no_steps_case(isa);
    /* Weights that are asked for ahead. */
    multiply_case(isa, 19, 1500, 390);
    /* And a result that leaves the L2 cache, after rows that are asked for too. */
    multiply_case(isa, 200, 700, 390);
    gate_product_case(isa, 1, w + 1, 7);
    gate_product_case(isa, 7, 3 * w + 1, 19);
    gate_product_case(isa, 2, 2 * w, 0);
    no_size_case(isa);
    recurrence_case(isa, 2, 19, 390, 0);
    /* And by one group alone, or two. */
    recurrence_case(isa, 2, 5, 522, 0);
    recurrence_case(isa, 2, 7, 522, 0);
    /* Weights so large that few rows take their panels in one order only. */
    recurrence_case(isa, 3, 2, 1361, 0);
    shared_step_case(isa, 1, 1361);
    /* More terms than are summed at a time. */
    for (size_t r = 1; r <= 7; r++) {
      multiply_case(isa, r, 70, 512);
      multiply_case(isa, r, 70, 513);
      multiply_case(isa, r, 70, 1100);
      many_terms(isa, r);
    }
  }
  return verdict();
}
