/* What the tests share: counted checks, and exactly sized random buffers. */
#ifndef LSTM4J_CHECK_H
#define LSTM4J_CHECK_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static int failures = 0;

#define CHECK(condition, ...)                \
  do {                                       \
    if (!(condition)) {                      \
      failures++;                            \
      printf("%s:%d: ", __FILE__, __LINE__); \
      printf(__VA_ARGS__);                   \
      printf("\n");                          \
    }                                        \
  } while (0)

static inline int verdict(void) {
  if (failures == 0) {
    printf("ok\n");
  } else {
    printf("%d checks failed\n", failures);
  }
  return failures == 0 ? 0 : 1;
}

static inline float noise(uint32_t *state) {
  *state = *state * 1664525u + 1013904223u;
  return (float)(int32_t)*state / 2147483648.0f;
}

/* malloc'ed exactly, so that the sanitized run sees one float too many. */
static inline float *fresh(size_t n, uint32_t *state, float scale) {
  float *p = malloc((n == 0 ? 1 : n) * sizeof(float));
  for (size_t k = 0; k < n; k++) p[k] = scale * noise(state);
  return p;
}

#endif /* LSTM4J_CHECK_H */
