/* The LSTM cell on vectors; the formula stands in ../include/lstm4j.h. */
#ifndef LSTM4J_CELL_H
#define LSTM4J_CELL_H

#include "activations.h"

struct cell_state {
  vf c;
  vf h;
};

static inline struct cell_state cell_vector(vf zi, vf zf, vf zg, vf zo, vf c) {
  struct cell_state next;
  next.c = vfma(vquotient(vsigmoid(zf)), c, vproduct(vsigmoid(zi), vtanh(zg)));
  next.h = vproduct(vsigmoid(zo), vtanh(next.c));
  return next;
}

#endif /* LSTM4J_CELL_H */
