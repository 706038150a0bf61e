package io.github.lstm4j.internal.kernels;

/**
 * The gradient of the loss with respect to the sums of all gates of one layer and direction, a row
 * for each row of the input, in the backend's own form: what the recurrence backwards in time
 * writes, and the products that follow read. Grows to the largest call seen.
 */
public interface GateGradients {
  /** Memory in use. */
  long bytes();
}
