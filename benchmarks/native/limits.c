/* The machine's own limits on one core: peak float32 FMA rate, and read bandwidth by working set.
 * Prints one JSON object. Compiled with -O3 -march=native by run.sh; nothing of it ships. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

#if defined(__AVX512F__)
#define WIDTH 64
#elif defined(__AVX__)
#define WIDTH 32
#else
#define WIDTH 16
#endif

typedef float vec __attribute__((vector_size(WIDTH)));

/* Enough independent chains to fill two FMA pipes of five cycles' latency, and few enough for
 * sixteen registers. */
#define CHAINS 12
#define SLICES 20
#define SLICE_SECONDS 0.01

/* Keeps a vector in a register, so that no two chains are merged and none is left out. */
#if defined(__x86_64__)
#define KEEP(v) __asm__ volatile("" : "+x"(v))
#else
#define KEEP(v) __asm__ volatile("" : "+w"(v))
#endif

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int ascending(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void fma_pass(vec *acc, vec a, vec b, long rounds) {
  vec c[CHAINS];
  for (int k = 0; k < CHAINS; k++) c[k] = acc[k];
  for (long r = 0; r < rounds; r++) {
#pragma GCC unroll 12
    for (int k = 0; k < CHAINS; k++) {
      c[k] = c[k] * a + b;
      KEEP(c[k]);
    }
  }
  for (int k = 0; k < CHAINS; k++) acc[k] = c[k];
}

/* The rates of all slices, in ascending order: the last is the peak; the middle one what is left of
 * it where others interrupt the core. */
static void fma_gflops(double *rates) {
  vec acc[CHAINS] = {{0}};
  vec a = {0};
  vec b = {0};
  a += 0.5f;
  b += 1.0f;
  KEEP(a);
  KEEP(b);
  const long rounds = 100000;
  for (int slice = 0; slice < SLICES; slice++) {
    long done = 0;
    double start = now(), elapsed;
    do {
      fma_pass(acc, a, b, rounds);
      done += rounds;
      elapsed = now() - start;
    } while (elapsed < SLICE_SECONDS);
    rates[slice] = 2.0 * CHAINS * (WIDTH / sizeof(float)) * (double)done / elapsed / 1e9;
  }
  qsort(rates, SLICES, sizeof *rates, ascending);
}

static void read_pass(const char *data, long bytes) {
  vec sum[8] = {{0}};
  for (long at = 0; at < bytes; at += 8 * WIDTH) {
#pragma GCC unroll 8
    for (int k = 0; k < 8; k++) {
      sum[k] += *(const vec *)(data + at + k * WIDTH);
      KEEP(sum[k]);
    }
  }
}

static double read_gigabytes(const char *data, long bytes) {
  double best = 0;
  for (int slice = 0; slice < SLICES; slice++) {
    double done = 0;
    double start = now(), elapsed;
    do {
      read_pass(data, bytes);
      done += (double)bytes;
      elapsed = now() - start;
    } while (elapsed < SLICE_SECONDS);
    double rate = done / elapsed / 1e9;
    if (rate > best) best = rate;
  }
  return best;
}

int main(void) {
  const long kib[] = {16, 64, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536, 262144};
  const int count = sizeof kib / sizeof kib[0];
  const long most = kib[count - 1] * 1024;
  char *data = mmap(NULL, (size_t)most, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (data == MAP_FAILED) {
    perror("mmap");
    return 1;
  }
  madvise(data, (size_t)most, MADV_HUGEPAGE);
  for (long k = 0; k < most; k += 4) *(float *)(data + k) = 1.0f;
  double fma[SLICES];
  fma_gflops(fma);
  printf("{\"vectorBytes\": %d, \"fmaGflops\": %.1f, \"fmaMedianGflops\": %.1f, \"reads\": [",
         WIDTH, fma[SLICES - 1], fma[SLICES / 2]);
  for (int k = 0; k < count; k++) {
    long bytes = kib[k] * 1024;
    printf("%s{\"bytes\": %ld, \"gigabytesPerSecond\": %.1f}", k ? ", " : "", bytes,
           read_gigabytes(data, bytes));
  }
  printf("]}\n");
  return 0;
}
