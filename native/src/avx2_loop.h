/*
 * The micro-kernel's loops for 16 registers, in assembly: three rows with the four vectors of a panel,
 * and four to six rows with the two of a strip. Compilers do not get by with 16 registers: GCC takes
 * one k in a turn, or spills sums, or reads weights once for each row. A core of one's own hardly
 * needs better; one that shares its loads and its decoder with a neighbour does (docs/ruled-out.md
 * has the numbers). The sums, and their bits, are those of the loop in product.h, which
 * AddressSanitizer sees in place of these. A part of product.h, whose types it needs.
 */
#ifndef LSTM4J_AVX2_LOOP_H
#define LSTM4J_AVX2_LOOP_H

#include "vec.h"

#if VEC_WIDTH == 8 && defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__)
#define HAS_LOOP 1

/* clang-format off */

/* Where the k-th inputs of a turn lie: rows apart from each other, r8 bytes, the fourth at rdi. */
#define ROW_0(k) "4*" k "(%[a])"
#define ROW_1(k) "4*" k "(%[a], %%r8)"
#define ROW_2(k) "4*" k "(%[a], %%r8, 2)"
#define ROW_3(k) "4*" k "(%%rdi)"
#define ROW_4(k) "4*" k "(%%rdi, %%r8)"
#define ROW_5(k) "4*" k "(%%rdi, %%r8, 2)"

/* And those of six rows side by side. */
#define SIDE(k, row) "24*" k "+4*" row "(%[a])"

#define BROADCAST(input, x) "vbroadcastss " input ", %%ymm" x "\n\t"
#define ADD_PRODUCT(w, x, sum) "vfmadd231ps %%ymm" w ", %%ymm" x ", %[s" sum "]\n\t"

/* Three rows: their inputs in ymm12 to ymm14, one vector of weights after the other. The second
 * strip lies rdi bytes after the first. */
#define THREE_VECTOR(weights, q) \
  "vmovups " weights ", %%ymm15\n\t" \
  ADD_PRODUCT("15", "12", "0" q) ADD_PRODUCT("15", "13", "1" q) ADD_PRODUCT("15", "14", "2" q)
#define THREE(k)                                                                          \
  BROADCAST(ROW_0(k), "12") BROADCAST(ROW_1(k), "13") BROADCAST(ROW_2(k), "14")           \
  THREE_VECTOR("64*" k "(%[w])", "0") THREE_VECTOR("64*" k "+32(%[w])", "1")              \
  THREE_VECTOR("64*" k "(%[w], %%rdi)", "2") THREE_VECTOR("64*" k "+32(%[w], %%rdi)", "3")

/* More rows: a strip's weights in ymm12 and ymm13, one input after the other. */
#define STRIP_WEIGHTS(k) \
  "vmovups 64*" k "(%[w]), %%ymm12\n\t" \
  "vmovups 64*" k "+32(%[w]), %%ymm13\n\t"
#define STRIP_ROW(input, x, r) \
  BROADCAST(input, x) ADD_PRODUCT("12", x, r "0") ADD_PRODUCT("13", x, r "1")
#define FOUR(k)                                                                           \
  STRIP_WEIGHTS(k) STRIP_ROW(ROW_0(k), "14", "0") STRIP_ROW(ROW_1(k), "15", "1")          \
  STRIP_ROW(ROW_2(k), "14", "2") STRIP_ROW(ROW_3(k), "15", "3")
#define FIVE(k) FOUR(k) STRIP_ROW(ROW_4(k), "14", "4")
#define SIX(k) FIVE(k) STRIP_ROW(ROW_5(k), "15", "5")
#define SIX_ASIDE(k)                                                                         \
  STRIP_WEIGHTS(k) STRIP_ROW(SIDE(k, "0"), "14", "0") STRIP_ROW(SIDE(k, "1"), "15", "1")     \
  STRIP_ROW(SIDE(k, "2"), "14", "2") STRIP_ROW(SIDE(k, "3"), "15", "3")                      \
  STRIP_ROW(SIDE(k, "4"), "14", "4") STRIP_ROW(SIDE(k, "5"), "15", "5")

/* What so many k add to the places of the inputs. */
#define NEXT_THREE(k) "add $4*" k ", %[a]\n\t"
#define NEXT_ROWS(k) "add $4*" k ", %[a]\n\t" "add $4*" k ", %%rdi\n\t"
#define NEXT_ASIDE(k) "add $24*" k ", %[a]\n\t"

/* Asks for a line; with three rows, for one of each strip. */
#define ASK "prefetcht1 (%%r10)\n\t" "add %%r11, %%r10\n\t"
#define ASK_BOTH "prefetcht1 (%%r10)\n\t" "prefetcht1 (%%r10, %%rdi)\n\t" "add %%r11, %%r10\n\t"

#define SUM(r, q) [s##r##q] "+x"(sum[r].v[first + q])
#define ALL(r, q) [s##r##q] "+x"(sum[r].v[q])
#define SUMS_OF_THREE                                                                     \
  ALL(0, 0), ALL(0, 1), ALL(0, 2), ALL(0, 3), ALL(1, 0), ALL(1, 1), ALL(1, 2), ALL(1, 3), \
  ALL(2, 0), ALL(2, 1), ALL(2, 2), ALL(2, 3)
#define SUMS_OF_FOUR                                                                      \
  SUM(0, 0), SUM(0, 1), SUM(1, 0), SUM(1, 1), SUM(2, 0), SUM(2, 1), SUM(3, 0), SUM(3, 1)
#define SUMS_OF_FIVE SUMS_OF_FOUR, SUM(4, 0), SUM(4, 1)
#define SUMS_OF_SIX SUMS_OF_FIVE, SUM(5, 0), SUM(5, 1)

/* Four k in a turn, then one by one those that are left. `fixed` holds what r8 to r11 and rdi begin
 * with: a_stride in bytes, the end of the turns, what to ask for first, how far to go from there each
 * time, and see above; and at last the end. */
#define LOOP(one_k, next, ask, ask_again, ...)                                             \
  __asm__ volatile("mov (%[fixed]), %%r8\n\t"                                              \
                   "mov 8(%[fixed]), %%r9\n\t"                                             \
                   "mov 16(%[fixed]), %%r10\n\t"                                           \
                   "mov 24(%[fixed]), %%r11\n\t"                                           \
                   "mov 32(%[fixed]), %%rdi\n\t"                                           \
                   "cmp %%r9, %[w]\n\t"                                                    \
                   "je 2f\n\t"                                                             \
                   ".p2align 4\n"                                                          \
                   "1:\n\t"                                                                \
                   ask one_k("0") ask_again one_k("1") ask one_k("2") ask_again one_k("3") \
                   "add $256, %[w]\n\t"                                                    \
                   next("4")                                                               \
                   "cmp %%r9, %[w]\n\t"                                                    \
                   "jne 1b\n\t"                                                            \
                   "2:\n\t"                                                                \
                   "cmp 40(%[fixed]), %[w]\n\t"                                            \
                   "je 3f\n\t"                                                             \
                   one_k("0")                                                              \
                   "add $64, %[w]\n\t"                                                     \
                   next("1")                                                               \
                   "jmp 2b\n\t"                                                            \
                   "3:\n\t"                                                                \
                   : [a] "+r"(a), [w] "+r"(panel.w), __VA_ARGS__                           \
                   : [fixed] "r"(fixed)                                                    \
                   : "rdi", "r8", "r9", "r10", "r11", "xmm12", "xmm13", "xmm14", "xmm15",  \
                     "cc", "memory")

/* The same that asks for nothing, with every k, or with every second. */
#define LOOPS(one_k, next, ask_for, ...)              \
  if (ahead.from == NULL) {                           \
    LOOP(one_k, next, "", "", __VA_ARGS__);           \
  } else if (often) {                                 \
    LOOP(one_k, next, ask_for, ask_for, __VA_ARGS__); \
  } else {                                            \
    LOOP(one_k, next, ask_for, "", __VA_ARGS__);      \
  }

/* clang-format on */

/* Whether the loops are for so many rows, whose inputs lie side by side, or those of six rows. */
INLINE int has_loop(const int rows, size_t a_stride, size_t a_step) {
  return rows >= 3 && (a_step == 1 || (rows == 6 && a_step == 6 && a_stride == 1));
}

/* As accumulate; where a_step is 6, nothing is asked for. */
INLINE void accumulate_loop(const int rows, const int first, size_t k, const float *a,
                            size_t a_stride, size_t a_step, struct panel panel, struct sums *sum,
                            struct ahead ahead) {
  const int often = ahead.step > CACHE_LINE / 2;
  const size_t bytes = sizeof(float);
  const uintptr_t rdi = rows == 3 ? panel.strip * bytes : (uintptr_t)a + 3 * a_stride * bytes;
  if (first != 0) panel.w += panel.strip;
  if (first != 0 && ahead.from != NULL) ahead.from += ahead.strip;
  const uintptr_t fixed[6] = {a_stride * bytes,
                              (uintptr_t)(panel.w + k / 4 * 4 * STRIP),
                              (uintptr_t)ahead.from,
                              (often ? 1 : 2) * ahead.step * bytes,
                              rdi,
                              (uintptr_t)(panel.w + k * STRIP)};
  if (a_step == 6) {
    LOOP(SIX_ASIDE, NEXT_ASIDE, "", "", SUMS_OF_SIX);
  } else if (rows == 6) {
    LOOPS(SIX, NEXT_ROWS, ASK, SUMS_OF_SIX)
  } else if (rows == 5) {
    LOOPS(FIVE, NEXT_ROWS, ASK, SUMS_OF_FIVE)
  } else if (rows == 4) {
    LOOPS(FOUR, NEXT_ROWS, ASK, SUMS_OF_FOUR)
  } else {
    LOOPS(THREE, NEXT_THREE, ASK_BOTH, SUMS_OF_THREE)
  }
}

#else
#define HAS_LOOP 0
#endif

#endif /* LSTM4J_AVX2_LOOP_H */
