package io.github.lstm4j.examples.longmemory;

import io.github.lstm4j.Tensor;
import io.github.lstm4j.train.CounterRandom;
import io.github.lstm4j.train.Gradients;
import io.github.lstm4j.train.Linear;
import io.github.lstm4j.train.MeanSquaredError;
import io.github.lstm4j.train.Optimizer;
import io.github.lstm4j.train.Parameter;
import java.util.ArrayList;
import java.util.List;

/** A network for the adding problem: a recurrent layer, and a linear head on its last state. */
final class Model {
  /** What the norm of all gradients is cut down to, for every network. */
  private static final double MAX_NORM = 1;

  private final Sizes sizes;
  private final Network network;
  private final Linear head;
  private final List<Parameter> parameters;
  private final Tensor x;
  private final Tensor y;
  private final Tensor predicted;
  private final Tensor lastGradient;

  Model(Variant variant, Sizes sizes, long seed) {
    this.sizes = sizes;
    network = variant.maker().make(sizes, seed);
    head = Linear.initialize(sizes.hidden(), 1, CounterRandom.bits(seed, -1));
    parameters = new ArrayList<>(network.parameters());
    parameters.addAll(head.parameters("head."));
    x = Tensor.allocate(sizes.steps(), sizes.batch(), AddingProblem.INPUT);
    y = Tensor.allocate(sizes.batch(), 1);
    predicted = Tensor.allocate(sizes.batch(), 1);
    lastGradient = Tensor.allocate(sizes.batch(), sizes.hidden());
  }

  Sizes sizes() {
    return sizes;
  }

  List<Parameter> parameters() {
    return parameters;
  }

  /** Returns the mean squared error over one batch of the adding problem. */
  double error(long seed, long number) {
    AddingProblem.fill(seed, number, x, y);
    head.forward(network.forward(x), predicted);
    return MeanSquaredError.loss(predicted, y, null);
  }

  /** Makes one update from one batch of the adding problem; returns the error before it. */
  double learn(long seed, long number, Optimizer optimizer) {
    AddingProblem.fill(seed, number, x, y);
    Tensor last = network.forward(x);
    head.forward(last, predicted);
    double error = MeanSquaredError.loss(predicted, y, predicted);
    head.backward(last, predicted, lastGradient, false);
    network.backward(x, lastGradient, null);
    Gradients.clipByNorm(parameters, MAX_NORM);
    optimizer.step();
    return error;
  }

  /**
   * Returns how the answer to each sequence of a batch depends on each input: the gradient of
   * {@code predicted[b]}, {@code [T, B, 2]} in row-major order. That of a loss has another factor
   * for each sequence, which is the same for all its steps.
   */
  float[] inputGradients(long seed, long number) {
    AddingProblem.fill(seed, number, x, y);
    Tensor last = network.forward(x);
    head.backward(last, predicted.fill(1), lastGradient, false);
    Tensor gradients = Tensor.allocate(x.shape());
    network.backward(x, lastGradient, gradients);
    return gradients.toArray();
  }
}
