package io.github.lstm4j.internal.kernels;

/**
 * What a training forward keeps of one layer and direction for its gradient, in the backend's own
 * form: for every row the gates i, f, g, o and the state before the step. Grows to the largest call
 * seen; passes over different rows may write it at the same time.
 */
public interface Kept {
  /** Memory allocated, without what blocks take to begin on a page. */
  long bytes();
}
