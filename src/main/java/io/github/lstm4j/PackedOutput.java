package io.github.lstm4j;

/**
 * What an LSTM returns for a packed input.
 *
 * @param output the output rows, packed like the input: {@code data [sum of lengths, D·Hout]}
 * @param state {@code (hn, cn)} at each sequence's own end, in the caller's order
 */
public record PackedOutput(PackedSequence output, LstmState state) implements AutoCloseable {
  /** Both parts are required; their shapes are checked by the call that writes them. */
  public PackedOutput {
    Checks.notNull("output", output);
    Checks.notNull("state", state);
  }

  /** Returns {@code hn}, {@code [L·D, B, Hout]}. */
  public Tensor hn() {
    return state.h();
  }

  /** Returns {@code cn}, {@code [L·D, B, H]}. */
  public Tensor cn() {
    return state.c();
  }

  /** Closes all tensors. */
  @Override
  public void close() {
    output.close();
    state.close();
  }
}
