package io.github.lstm4j;

/**
 * The state of an LSTM between calls: PyTorch's {@code (h, c)}. An explicit value that the caller
 * keeps; a model holds none.
 *
 * <p>Batched, {@code h} is {@code [L·D, B, Hout]} and {@code c} is {@code [L·D, B, H]}; unbatched,
 * the middle dimension is absent. Row {@code layer · D + direction} belongs to that layer and
 * direction.
 *
 * @param h the hidden state
 * @param c the cell state
 */
public record LstmState(Tensor h, Tensor c) implements AutoCloseable {
  /** Both tensors are required; their shapes are checked by the call that uses them. */
  public LstmState {
    Checks.notNull("h", h);
    Checks.notNull("c", c);
  }

  /** Returns a state of copies of both tensors. */
  public LstmState copy() {
    return new LstmState(
        Tensor.allocate(h.shape()).copyFrom(h), Tensor.allocate(c.shape()).copyFrom(c));
  }

  /** Closes both tensors. */
  @Override
  public void close() {
    h.close();
    c.close();
  }
}
