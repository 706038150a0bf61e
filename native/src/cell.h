/* The LSTM cell on vectors; the formula stands in ../include/lstm4j.h. */
#ifndef LSTM4J_CELL_H
#define LSTM4J_CELL_H

#include "activations.h"
#include "product.h"

/* The gates i, f, g, o from their sums. */
INLINE void cell_gates(const vf *z, struct fraction *gates) {
  gates[0] = vsigmoid(z[0]);
  gates[1] = vsigmoid(z[1]);
  gates[2] = vtanh(z[2]);
  gates[3] = vsigmoid(z[3]);
}

/* The state after the cell, and its output from that. */
INLINE vf cell_c(const struct fraction *gates, vf c) {
  return vfma(vquotient(gates[1]), c, vproduct(gates[0], gates[2]));
}

INLINE vf cell_h(const struct fraction *gates, vf c) { return vproduct(gates[3], vtanh(c)); }

/* Where the cells of one panel lie: c, h and the rest of row 0; the next rows' a stride further. */
struct cells {
  float *c;
  size_t c_stride;
  float *h;
  size_t h_stride;
  float *c_before; /* for training only: the state before the cell, c_stride apart */
  float *gates;    /* and the gates */
  size_t gates_stride;
};

/* Rows whose cells are taken together, of so many: with 16 registers the gates of three fill them. */
#define CELLS_OF(rows) \
  (STRIP_VECTORS == 4 || (rows) <= FEW_ROWS ? (rows) : (rows) == 4 ? 2 : FEW_ROWS)

/*
 * The cells of `units` <= VEC_WIDTH hidden units whose gate sums are done. The c of several rows
 * comes before their first h: h waits for c, and c for divisions, so that row by row there would be
 * little to do meanwhile.
 */
INLINE void finish_cells(const int rows, const int keep, const struct sums *z, size_t units,
                         const struct cells *at) {
  const int some = CELLS_OF(rows);
#pragma GCC unroll 2
  for (int first = 0; first < rows; first += some) {
    struct fraction gates[MAX_ROWS][4];
    vf c[MAX_ROWS];
#pragma GCC unroll 6
    for (int r = 0; r < some; r++) {
      if (first + r >= rows) break; /* five are three and two */
      const size_t row = (size_t)(first + r);
      float *state = at->c + row * at->c_stride;
      const vf before = vload_n(state, units);
      cell_gates(z[row].v, gates[r]);
      if (keep) {
        vstore_n(at->c_before + row * at->c_stride, before, units);
#pragma GCC unroll 4
        for (int q = 0; q < 4; q++) {
          vstore(at->gates + row * at->gates_stride + q * VEC_WIDTH, vquotient(gates[r][q]));
        }
      }
      c[r] = cell_c(gates[r], before);
      vstore_n(state, c[r], units);
    }
#pragma GCC unroll 6
    for (int r = 0; r < some; r++) {
      if (first + r >= rows) break; /* five are three and two */
      const size_t row = (size_t)(first + r);
      vstore_n(at->h + row * at->h_stride, cell_h(gates[r], c[r]), units);
    }
  }
}

/*
 * The same for fewer units. A function of its own, and given a copy of the sums: side by side in
 * one, the compiler takes what both have in common to before the choice, all rows' at once, which
 * do not fit the registers; and sums that are pointed to do not stay in registers.
 */
NOINLINE void finish_part(int rows, const struct sums *z, size_t units, struct cells at) {
  for (int r = 0; r < rows; r++) {
    if (at.c_before != NULL) {
      finish_cells(1, 1, &z[r], units, &at);
      at.c_before += at.c_stride;
      at.gates += at.gates_stride;
    } else {
      finish_cells(1, 0, &z[r], units, &at);
    }
    at.c += at.c_stride;
    at.h += at.h_stride;
  }
}

#endif /* LSTM4J_CELL_H */
