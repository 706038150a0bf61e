package io.github.lstm4j.examples.longmemory;

import io.github.lstm4j.LstmGradients;
import io.github.lstm4j.LstmOutput;
import io.github.lstm4j.LstmParameters;
import io.github.lstm4j.LstmState;
import io.github.lstm4j.Tensor;
import io.github.lstm4j.TrainableLstm;
import io.github.lstm4j.train.Parameter;
import java.util.List;

/** The library's LSTM. */
final class LstmNetwork implements Network {
  /** The first of the gates i, f, g, o. */
  static final int INPUT = 0;

  /** The second of them. */
  static final int FORGET = 1;

  private final TrainableLstm lstm;
  private final LstmParameters gradients;
  private final LstmOutput output;
  private final LstmState lastGradients;

  /**
   * Makes a network of given weights.
   *
   * @param parameters of one layer in one direction; shared
   */
  LstmNetwork(LstmParameters parameters, Sizes sizes) {
    lstm = TrainableLstm.create(parameters);
    gradients = LstmParameters.zeros(parameters.config());
    int inputSize = parameters.config().inputSize();
    output = lstm.newOutput(Tensor.allocate(sizes.steps(), sizes.batch(), inputSize));
    lastGradients = lstm.zeroState(sizes.batch());
  }

  /**
   * Sets what the two biases of one gate of one unit add up to.
   *
   * @param gate {@link #INPUT} or {@link #FORGET}
   * @param unit from 0 to {@code H - 1}
   */
  static void setBias(LstmParameters parameters, int gate, int unit, double value) {
    int at = gate * parameters.config().hiddenSize() + unit;
    parameters.get("bias_ih_l0").set((float) value, at);
    parameters.get("bias_hh_l0").set(0, at);
  }

  @Override
  public Tensor forward(Tensor x) {
    lstm.forward(x, null, output);
    Tensor hn = output.hn();
    return hn.reshape(hn.dim(1), hn.dim(2)); // of the one layer
  }

  @Override
  public void backward(Tensor x, Tensor lastGradient, Tensor inputGradient) {
    lastGradients.h().copyFrom(lastGradient);
    lstm.backward(null, lastGradients, new LstmGradients(inputGradient, null, gradients), false);
  }

  @Override
  public List<Parameter> parameters() {
    return Parameter.of("lstm.", lstm.parameters(), gradients);
  }
}
