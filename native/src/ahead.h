/*
 * What products ask for ahead: lines that they or others will read or write soon, and that do not lie
 * in the L2 cache. A CPU guesses the next line of what is read in order, but not the next panel, the
 * next rows or what comes after the product. Asking changes no result, and what lies outside of an
 * array may be asked for.
 */
#ifndef LSTM4J_AHEAD_H
#define LSTM4J_AHEAD_H

#include "packed.h"

/* Floats in a cache line, of most CPUs. */
#define CACHE_LINE 16

/* How many groups of rows ask for weights, and from where on fewer do; see AHEAD_FLOATS. */
#if STRIP_VECTORS == 4
#define AHEAD_GROUPS 3
#define AHEAD_FLOATS_OF_FEW SIZE_MAX
#else
#define AHEAD_GROUPS 2
#define AHEAD_FLOATS_OF_FEW ((size_t)3 << 18)
#endif

/*
 * Packed weights of more floats do not stay in the L2 cache, beside all else, so that the first
 * group of rows would wait for each panel. The groups before it ask for it instead, each for its
 * share and evenly, a part of a line for every k: a CPU has few places for lines under way, and the
 * products need them too. Few groups would have to ask faster than lines arrive; those of 16
 * registers, whose vectors are shorter, gain nevertheless where the weights are far away, if there
 * are more than FEW_ROWS.
 */
#define AHEAD_FLOATS ((size_t)1 << 17)

/* A result of more floats does not stay in the L2 cache. A group asks for its lines before it
 * writes them, as stores wait for them one after the other. */
#define FAR_FLOATS ((size_t)1 << 17)

/* What a group asks for, in each strip: a line at `from`, and with every k one `step` floats further.
 * NULL: none. The last ones may lie past the weights, where asking does nothing. */
struct ahead {
  const float *from; /* in the first strip */
  size_t step;
  size_t strip; /* floats from there to the next strip's; of three rows, as many as the panel's */
};

#define NOT_AHEAD ((struct ahead){NULL, 0, 0})

/* What else will be read or written soon, and does not lie in the L2 cache: groups of a product that
 * need not ask for weights ask for it, a line for every k. */
struct later {
  struct {
    const float *from;
    size_t floats; /* that are left to ask for */
  } blocks[4];
};

/* If there is such a thing, so many groups ask for a panel, each for half a line or more with every k
 * (for less where vectors are short), and leave the others free. */
#define GROUPS_FOR_WEIGHTS (PANEL / CACHE_LINE > AHEAD_GROUPS ? PANEL / CACHE_LINE : AHEAD_GROUPS)

/* The share of the panel at `next` that group g of so many asks for while it takes k terms, if the
 * packed weights are of so many floats that it should. `strip` is the panel's. */
static inline struct ahead ahead_share(const float *next, size_t strip, size_t k, size_t all,
                                       size_t g, size_t groups, size_t rows) {
  if (rows <= FEW_ROWS) return NOT_AHEAD;
  const size_t near = groups >= AHEAD_GROUPS ? AHEAD_FLOATS : AHEAD_FLOATS_OF_FEW;
  if (all <= near) return NOT_AHEAD;
  /* No line is stepped over, though three groups then leave a quarter of the panel: CPUs that guess
   * what comes next are led astray by gaps. */
  const size_t even = (STRIP + groups - 1) / groups;
  const size_t step = even < CACHE_LINE ? even : CACHE_LINE;
  return g * step < STRIP ? (struct ahead){next + g * k * step, step, strip} : NOT_AHEAD;
}

/* The part of it that one group asks for. */
static struct ahead ahead_later(struct later *later, size_t k) {
  const size_t most = 4 / STRIP_VECTORS * k * CACHE_LINE;
  for (int n = 0; n < 4; n++) {
    const size_t left = later->blocks[n].floats, some = left < most ? left : most;
    if (some == 0) continue;
    const struct ahead ahead = {later->blocks[n].from, CACHE_LINE, k * CACHE_LINE};
    later->blocks[n].from += some;
    later->blocks[n].floats -= some;
    return ahead;
  }
  return NOT_AHEAD;
}

#endif /* LSTM4J_AHEAD_H */
