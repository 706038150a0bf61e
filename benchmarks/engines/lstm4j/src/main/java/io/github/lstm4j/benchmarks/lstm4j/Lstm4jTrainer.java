package io.github.lstm4j.benchmarks.lstm4j;

import io.github.lstm4j.LstmGradients;
import io.github.lstm4j.LstmOptions;
import io.github.lstm4j.LstmOutput;
import io.github.lstm4j.LstmParameters;
import io.github.lstm4j.Tensor;
import io.github.lstm4j.TrainableLstm;
import io.github.lstm4j.benchmarks.Shape;
import io.github.lstm4j.benchmarks.Trainer;
import io.github.lstm4j.benchmarks.Workload;
import io.github.lstm4j.train.Adam;
import io.github.lstm4j.train.MeanSquaredError;
import io.github.lstm4j.train.Optimizer;
import io.github.lstm4j.train.Parameter;

/** lstm4j's training through its public API, with buffers of the caller's. */
final class Lstm4jTrainer implements Trainer {
  private final TrainableLstm lstm;
  private final Tensor input;
  private final Tensor target;
  private final LstmOutput into;
  private final Tensor outputGradient;
  private final LstmGradients gradients;
  private final LstmGradients ofParameters;
  private final Optimizer adam;
  private double loss;

  Lstm4jTrainer(Workload workload, LstmOptions options) {
    Shape shape = workload.shape();
    lstm = TrainableLstm.create(workload.parameters(), options);
    input = Tensor.of(workload.input(), shape.steps(), shape.batch(), shape.input());
    into = lstm.newOutput(input);
    target = Tensor.of(workload.target(), into.output().shape());
    outputGradient = Tensor.allocate(into.output().shape());
    ofParameters = LstmGradients.ofParameters(workload.config());
    LstmParameters parameters = ofParameters.parameters();
    gradients = new LstmGradients(Tensor.allocate(input.shape()), null, parameters);
    adam = new Adam(Parameter.of("", workload.parameters(), parameters), LEARNING_RATE);
  }

  @Override
  public void forwardBackward() {
    run(gradients);
  }

  private void run(LstmGradients wanted) {
    lstm.forward(input, null, into);
    loss = MeanSquaredError.loss(into.output(), target, outputGradient);
    lstm.backward(outputGradient, null, wanted, false);
  }

  @Override
  public void step() {
    run(ofParameters);
    adam.step();
  }

  @Override
  public void spoil() {
    gradients.input().fill(Float.NaN);
    gradients.parameters().tensors().values().forEach(gradient -> gradient.fill(Float.NaN));
  }

  @Override
  public double loss() {
    return loss;
  }

  @Override
  public float[] gradient(String name) {
    return (name.equals(INPUT) ? gradients.input() : gradients.parameters().get(name)).toArray();
  }

  @Override
  public String description() {
    return "lstm4j, " + lstm.report();
  }

  @Override
  public void close() {
    lstm.close();
    input.close();
    target.close();
    into.close();
    outputGradient.close();
    gradients.input().close();
  }
}
