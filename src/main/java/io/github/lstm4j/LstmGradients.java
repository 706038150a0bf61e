package io.github.lstm4j;

/**
 * Where {@link TrainableLstm#backward} leaves the gradients of the loss.
 *
 * @param input gradient of the input, in the shape of the input that {@code forward} was given (of
 *     its data, if that was packed), or null if it is not wanted
 * @param initial gradients of {@code h0} and {@code c0}, in their shapes, or null if not wanted
 * @param parameters gradients of the parameters, under the parameters' own names and in their
 *     shapes, or null if not wanted
 */
public record LstmGradients(Tensor input, LstmState initial, LstmParameters parameters) {
  /** Returns gradients for the parameters alone: all zeros, in new tensors. */
  public static LstmGradients ofParameters(LstmConfig config) {
    return new LstmGradients(null, null, LstmParameters.zeros(config));
  }
}
