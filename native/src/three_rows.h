/*
 * The micro-kernel's loop for three rows and 16 registers, in assembly. Compilers do not get by with
 * 16 registers: GCC takes one k in a turn, or spills sums, and reads some weights once for each row.
 * Here four k take 28 loads and 84 instructions for 48 multiply-adds, not 36 and 96. A core of one's
 * own does not need that; one that shares its loads and its decoder with a neighbour does
 * (docs/ruled-out.md has the numbers). The sums, and their bits, are those of the loop in packed.h,
 * which AddressSanitizer sees in place of this. A part of packed.h, whose types it needs.
 */
#ifndef LSTM4J_THREE_ROWS_H
#define LSTM4J_THREE_ROWS_H

#include "vec.h"

#if VEC_WIDTH == 8 && defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__)
#define HAS_THREE_ROWS 1

/* clang-format off */

/* The rows' k-th inputs, in ymm12 to ymm14: rows that lie apart, r8 bytes from each other. */
#define THREE_ROWS_APART(k)                            \
  "vbroadcastss 4*" k "(%[a]), %%ymm12\n\t"            \
  "vbroadcastss 4*" k "(%[a], %%r8), %%ymm13\n\t"      \
  "vbroadcastss 4*" k "(%[a], %%r8, 2), %%ymm14\n\t"

/* The same of rows that lie side by side. */
#define THREE_ROWS_TOGETHER(k)                  \
  "vbroadcastss 12*" k "(%[a]), %%ymm12\n\t"    \
  "vbroadcastss 12*" k "+4(%[a]), %%ymm13\n\t"  \
  "vbroadcastss 12*" k "+8(%[a]), %%ymm14\n\t"

/* One vector of weights. */
#define THREE_ROWS_VECTOR(q, k)                        \
  "vmovups 128*" k "+32*" q "(%[w]), %%ymm15\n\t"      \
  "vfmadd231ps %%ymm15, %%ymm12, %[s0" q "]\n\t"       \
  "vfmadd231ps %%ymm15, %%ymm13, %[s1" q "]\n\t"       \
  "vfmadd231ps %%ymm15, %%ymm14, %[s2" q "]\n\t"

#define THREE_ROWS_K(inputs, k) \
  inputs(k)                     \
  THREE_ROWS_VECTOR("0", k)     \
  THREE_ROWS_VECTOR("1", k)     \
  THREE_ROWS_VECTOR("2", k)     \
  THREE_ROWS_VECTOR("3", k)

#define THREE_ROWS_ASK     \
  "prefetcht1 (%%r10)\n\t" \
  "add %%r11, %%r10\n\t"

/* Until w is at the end. `fixed`: a_stride in bytes, the end, what to ask for first, and how many
 * bytes further with every second k. `bytes`: of the inputs of four k of a row, or of all rows. */
#define THREE_ROWS_LOOP(inputs, bytes, ask)                                             \
  __asm__ volatile(                                                                     \
      "mov (%[fixed]), %%r8\n\t"                                                        \
      "mov 8(%[fixed]), %%r9\n\t"                                                       \
      "mov 16(%[fixed]), %%r10\n\t"                                                     \
      "mov 24(%[fixed]), %%r11\n\t"                                                     \
      ".p2align 4\n"                                                                    \
      "1:\n\t"                                                                          \
      ask                                                                               \
      THREE_ROWS_K(inputs, "0")                                                         \
      THREE_ROWS_K(inputs, "1")                                                         \
      ask                                                                               \
      THREE_ROWS_K(inputs, "2")                                                         \
      THREE_ROWS_K(inputs, "3")                                                         \
      "add $512, %[w]\n\t"                                                              \
      "add $" bytes ", %[a]\n\t"                                                        \
      "cmp %%r9, %[w]\n\t"                                                              \
      "jne 1b\n\t"                                                                      \
      : [a] "+r"(a), [w] "+r"(panel), [s00] "+x"(sum[0].v[0]), [s01] "+x"(sum[0].v[1]), \
        [s02] "+x"(sum[0].v[2]), [s03] "+x"(sum[0].v[3]), [s10] "+x"(sum[1].v[0]),      \
        [s11] "+x"(sum[1].v[1]), [s12] "+x"(sum[1].v[2]), [s13] "+x"(sum[1].v[3]),      \
        [s20] "+x"(sum[2].v[0]), [s21] "+x"(sum[2].v[1]), [s22] "+x"(sum[2].v[2]),      \
        [s23] "+x"(sum[2].v[3])                                                         \
      : [fixed] "r"(fixed)                                                              \
      : "r8", "r9", "r10", "r11", "xmm12", "xmm13", "xmm14", "xmm15", "cc", "memory")

/* clang-format on */

/* As accumulate_vectors, for 3 rows and 4 vectors: as many k as are whole turns, which are returned.
 * The inputs of each row lie side by side, or those of each k, as with a_stride 1 and a_step 3; then
 * nothing is asked for. What is has to lie close, as every second k asks. */
INLINE size_t accumulate_three_rows(size_t k, const float *a, size_t a_stride, size_t a_step,
                                    const float *panel, struct sums *sum, struct ahead ahead) {
  const size_t done = k / 4 * 4;
  if (done == 0) return 0;
  const uintptr_t fixed[4] = {a_stride * sizeof(float), (uintptr_t)(panel + done * PANEL),
                              (uintptr_t)ahead.from, 2 * ahead.step * sizeof(float)};
  if (a_step == 3) {
    THREE_ROWS_LOOP(THREE_ROWS_TOGETHER, "48", "");
  } else if (ahead.from != NULL) {
    THREE_ROWS_LOOP(THREE_ROWS_APART, "16", THREE_ROWS_ASK);
  } else {
    THREE_ROWS_LOOP(THREE_ROWS_APART, "16", "");
  }
  return done;
}

#else
#define HAS_THREE_ROWS 0
#endif

#endif /* LSTM4J_THREE_ROWS_H */
