package io.github.lstm4j.examples.longmemory;

import io.github.lstm4j.LstmConfig;
import io.github.lstm4j.LstmParameters;
import io.github.lstm4j.Tensor;
import io.github.lstm4j.train.CounterRandom;
import io.github.lstm4j.train.Linear;
import java.util.Locale;

/** A network and how its weights begin. */
record Variant(String name, Maker maker) {
  /** Makes the network; the weights are a function of the seed alone. */
  interface Maker {
    Network make(Sizes sizes, long seed);
  }

  /** A plain network as PyTorch initialises {@code nn.RNN}: uniform on [-1/√H, 1/√H]. */
  static Variant rnn() {
    return new Variant(
        "RNN default",
        (sizes, seed) -> {
          int hidden = sizes.hidden();
          Linear hh = Linear.initialize(hidden, hidden, CounterRandom.bits(seed, 1));
          return new Rnn(input(sizes, seed), hh, sizes);
        });
  }

  /** A plain network whose W_hh is orthogonal times a gain; the rest as {@link #rnn}. */
  static Variant rnn(double gain) {
    return new Variant(
        String.format(Locale.ROOT, "RNN orthogonal %.1f", gain),
        (sizes, seed) -> {
          int hidden = sizes.hidden();
          Tensor bias = uniform(hidden, CounterRandom.bits(seed, 1), hidden);
          Tensor weight = Orthogonal.matrix(hidden, gain, CounterRandom.bits(seed, 2));
          return new Rnn(input(sizes, seed), Linear.of(weight, bias), sizes);
        });
  }

  /** An LSTM as PyTorch initialises it: the forget gate's bias is near 0. */
  static Variant lstm() {
    return new Variant(
        "LSTM default", (sizes, seed) -> new LstmNetwork(parameters(sizes, seed), sizes));
  }

  /** An LSTM with one bias for all forget gates; the rest as {@link #lstm()}. */
  static Variant lstm(double forgetBias) {
    return new Variant(
        String.format(Locale.ROOT, "LSTM forget bias %.0f", forgetBias),
        (sizes, seed) -> {
          LstmParameters parameters = parameters(sizes, seed);
          for (int k = 0; k < sizes.hidden(); k++) {
            LstmNetwork.setBias(parameters, LstmNetwork.FORGET, k, forgetBias);
          }
          return new LstmNetwork(parameters, sizes);
        });
  }

  /**
   * An LSTM whose forget gates begin with memories of 1 to T steps (Tallec and Ollivier 2018): the
   * bias of a forget gate is log(u), u uniform on [1, T - 1), that of its input gate the opposite.
   *
   * @param longest T
   */
  static Variant chrono(int longest) {
    return new Variant(
        "LSTM chrono",
        (sizes, seed) -> {
          LstmParameters parameters = parameters(sizes, seed);
          for (int k = 0; k < sizes.hidden(); k++) {
            double u = 1 + (longest - 2) * CounterRandom.uniform(CounterRandom.bits(seed, 3), k);
            LstmNetwork.setBias(parameters, LstmNetwork.FORGET, k, Math.log(u));
            LstmNetwork.setBias(parameters, LstmNetwork.INPUT, k, -Math.log(u));
          }
          return new LstmNetwork(parameters, sizes);
        });
  }

  private static LstmParameters parameters(Sizes sizes, long seed) {
    return LstmParameters.initialize(LstmConfig.of(sizes.input(), sizes.hidden()), seed);
  }

  /** The layer of the inputs. {@code Linear.initialize} would draw from [-1/√I, 1/√I]. */
  private static Linear input(Sizes sizes, long seed) {
    Tensor weight = uniform(sizes.hidden(), seed, sizes.hidden(), sizes.input());
    return Linear.of(weight, uniform(sizes.hidden(), CounterRandom.bits(seed, 0), sizes.hidden()));
  }

  private static Tensor uniform(int hidden, long seed, int... shape) {
    Tensor tensor = Tensor.allocate(shape);
    float[] values = new float[tensor.size()];
    for (int k = 0; k < values.length; k++) {
      values[k] = (float) ((2 * CounterRandom.uniform(seed, k) - 1) / Math.sqrt(hidden));
    }
    return tensor.copyFrom(values);
  }
}
