package io.github.lstm4j.benchmarks;

/**
 * One implementation of the LSTM with its weights prepared, its input in place and its output
 * buffer made: {@link #forward} is all that is measured.
 */
public interface Engine extends AutoCloseable {
  /** Runs every time step from a zero state. */
  void forward();

  /**
   * Fills an output buffer that runs use again with NaN, so that a run which leaves out a part of
   * it shows. Engines whose runs make new outputs have none.
   */
  default void spoil() {}

  /** Returns a copy of the output of the last run, {@code [T, B, D·H]}. */
  float[] output();

  /** Returns name and version of the implementation, and what it says about how it runs. */
  String description();

  /** Frees native memory. */
  @Override
  void close();
}
