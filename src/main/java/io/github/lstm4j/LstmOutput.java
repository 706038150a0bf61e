package io.github.lstm4j;

/**
 * What {@code output, (hn, cn) = lstm(input, (h0, c0))} returns.
 *
 * @param output the last layer's {@code h} at every time step, forward direction first: {@code [T,
 *     B, D·Hout]}, {@code [B, T, D·Hout]} if batch-first, {@code [T, D·Hout]} for unbatched input
 * @param state {@code (hn, cn)}: for every layer and direction, the state after its last step (for
 *     the backward direction, the state after time step 0)
 */
public record LstmOutput(Tensor output, LstmState state) implements AutoCloseable {
  /** Both parts are required; their shapes are checked by the call that writes them. */
  public LstmOutput {
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

  /** Closes the three tensors. */
  @Override
  public void close() {
    output.close();
    state.close();
  }
}
