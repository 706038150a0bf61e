package io.github.lstm4j.io;

import java.util.Objects;
import java.util.Optional;

/**
 * What a file of weights does not say by itself. Immutable; start from {@link #defaults}.
 *
 * @param prefix which LSTM to load when the file holds several: what stands before {@code
 *     weight_ih_l0} in its names, with or without the last dot, or a unique ending of that; empty
 *     to find the only one
 * @param batchFirst {@code nn.LSTM}'s argument; empty for what the file says, else false
 * @param dropout {@code nn.LSTM}'s argument; empty for what the file says, else 0
 */
public record LoadOptions(
    Optional<String> prefix, Optional<Boolean> batchFirst, Optional<Double> dropout) {
  /** None may be null. */
  public LoadOptions {
    Objects.requireNonNull(prefix, "prefix");
    Objects.requireNonNull(batchFirst, "batchFirst");
    Objects.requireNonNull(dropout, "dropout");
  }

  /** Returns options that leave everything to the file. */
  public static LoadOptions defaults() {
    return new LoadOptions(Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** Returns a copy that asks for one LSTM, for example {@code encoder.lstm}. */
  public LoadOptions withPrefix(String value) {
    return new LoadOptions(Optional.of(value), batchFirst, dropout);
  }

  /** Returns a copy with {@code batch_first} decided. */
  public LoadOptions withBatchFirst(boolean value) {
    return new LoadOptions(prefix, Optional.of(value), dropout);
  }

  /** Returns a copy with {@code dropout} decided. */
  public LoadOptions withDropout(double value) {
    return new LoadOptions(prefix, batchFirst, Optional.of(value));
  }
}
