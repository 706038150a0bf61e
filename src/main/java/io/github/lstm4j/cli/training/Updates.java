package io.github.lstm4j.cli.training;

import io.github.lstm4j.Tensor;
import io.github.lstm4j.cli.common.Numbers;
import io.github.lstm4j.train.CounterRandom;
import io.github.lstm4j.train.Gradients;
import io.github.lstm4j.train.LearningRate;
import io.github.lstm4j.train.Optimizer;
import io.github.lstm4j.train.Parameter;
import io.github.lstm4j.train.TrainingCheckpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Makes a network better, batch by batch: forward, loss, backward, clipping, optimiser. */
final class Updates {
  /** Says that training went wrong: numbers have left what float32 can hold. */
  static final class NotFiniteException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NotFiniteException(String message) {
      super(message);
    }
  }

  private final Task task;
  private final Network network;
  private final List<Parameter> parameters;
  private final Optimizer optimizer;
  private final LearningRate rate;
  private final double maxNorm;
  private final long dropoutSeed;

  Updates(Task task, Network network, TrainOptions options) {
    this.task = task;
    this.network = network;
    parameters = network.parameters();
    optimizer = options.newOptimizer(parameters);
    int examples = task.training().length;
    rate = options.rate((examples + options.batchSize - 1) / options.batchSize);
    maxNorm = options.clipNorm == 0 ? Double.POSITIVE_INFINITY : options.clipNorm;
    dropoutSeed = ~options.seed; // the seed itself orders the data
  }

  /**
   * Makes one update.
   *
   * @return the loss before it
   * @throws NotFiniteException if the loss or the gradient is not finite; nothing is updated then
   */
  double update(Batch batch) {
    network.train(CounterRandom.bits(dropoutSeed, optimizer.steps()));
    Tensor answers = task.answer(network, batch);
    double loss = requireFinite("loss", task.loss(batch, answers, answers));
    network.backward(answers);
    requireFinite("norm of the gradients", Gradients.clipByNorm(parameters, maxNorm));
    optimizer.setLearningRate(rate.at(optimizer.steps()));
    optimizer.step();
    return loss;
  }

  /** The learning rate of the last update. */
  double learningRate() {
    return optimizer.learningRate();
  }

  /** Saves parameters, the optimiser's state and some text, in one step. */
  void save(Path checkpoint, Map<String, String> metadata) throws IOException {
    TrainingCheckpoint.save(checkpoint, parameters, optimizer, metadata);
  }

  /** Brings back what was saved; returns the text. */
  Map<String, String> load(Path checkpoint) throws IOException {
    return TrainingCheckpoint.load(checkpoint, parameters, optimizer);
  }

  /** Returns the number, unless it is NaN or infinite. */
  static double requireFinite(String what, double value) {
    if (!Double.isFinite(value)) {
      throw new NotFiniteException("the " + what + " is " + Numbers.format((float) value));
    }
    return value;
  }
}
