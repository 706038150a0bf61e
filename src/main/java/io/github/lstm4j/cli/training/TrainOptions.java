package io.github.lstm4j.cli.training;

import io.github.lstm4j.train.Adam;
import io.github.lstm4j.train.AdamW;
import io.github.lstm4j.train.LearningRate;
import io.github.lstm4j.train.Optimizer;
import io.github.lstm4j.train.Parameter;
import io.github.lstm4j.train.Sgd;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What all trainings can be told. */
public final class TrainOptions {
  private static final double MOMENTUM = 0.9;
  private static final double STEP_FACTOR = 0.1;
  private static final int STEPS = 3;
  private static final int WARM_UP_SHARE = 20;

  enum Update {
    SGD,
    ADAM,
    ADAMW
  }

  public enum Decay {
    CONSTANT,
    STEP,
    COSINE
  }

  @Spec(Spec.Target.MIXEE)
  public CommandSpec command;

  @Mixin public LayerOptions layers;

  @Option(
      names = "--batch-size",
      defaultValue = "32",
      paramLabel = "B",
      description = "Sequences per update. Default: ${DEFAULT-VALUE}.")
  int batchSize;

  @Option(
      names = "--epochs",
      defaultValue = "100",
      paramLabel = "N",
      description =
          "How often to go through the training data, at most. Default: ${DEFAULT-VALUE}.")
  int epochs;

  @Option(
      names = "--patience",
      defaultValue = "15",
      paramLabel = "N",
      description =
          "Stop when the validation loss has not fallen for so many epochs; 0 never stops early."
              + " Default: ${DEFAULT-VALUE}.")
  int patience;

  @Option(
      names = "--learning-rate",
      defaultValue = "0.005",
      paramLabel = "R",
      description = "Size of the updates. Default: ${DEFAULT-VALUE}.")
  double learningRate;

  @Option(
      names = "--optimizer",
      defaultValue = "adam",
      paramLabel = "OPTIMIZER",
      description = "sgd (with momentum 0.9), adam or adamw. Default: ${DEFAULT-VALUE}.")
  Update optimizer;

  @Option(
      names = "--weight-decay",
      defaultValue = "0",
      paramLabel = "W",
      description = "The optimizer's weight decay, as PyTorch's. Default: ${DEFAULT-VALUE}.")
  double weightDecay;

  @Option(
      names = "--clip-norm",
      defaultValue = "1",
      paramLabel = "N",
      description =
          "Scale gradients down to this Euclidean norm; 0 leaves them. Default: ${DEFAULT-VALUE}.")
  double clipNorm;

  @Option(
      names = "--lr-schedule",
      defaultValue = "constant",
      paramLabel = "SCHEDULE",
      description =
          "Learning rate over time: constant; step (a tenth after each third of the epochs); cosine"
              + " (rises during the first 1/20 of the epochs, then falls to 0 along half a cosine)."
              + " Default: ${DEFAULT-VALUE}.")
  public Decay schedule;

  @Option(
      names = "--seed",
      defaultValue = "0",
      paramLabel = "S",
      description =
          "Random numbers for initial weights, the order of the data and dropout. The same seed,"
              + " data, options and backend give the same bits. Default: ${DEFAULT-VALUE}.")
  public long seed;

  @Option(
      names = "--validation",
      defaultValue = "0.2",
      paramLabel = "SHARE",
      description =
          "Share of the data for validation, never learnt from, above 0 and below 1. Default:"
              + " ${DEFAULT-VALUE}.")
  public double validation;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      description =
          "The folder to write: model, checkpoint, log, predictions and plot, none of which may be"
              + " there yet unless --resume is given. Default: the name of DATA and what is trained,"
              + " for instance airline-forecast.")
  public Path output;

  @Option(
      names = "--resume",
      description =
          "Go on with the training in DIR. On the same backend and CPU variant it ends in the same"
              + " bits as a training that never stopped.")
  boolean resume;

  /** Refuses numbers outside their range before anything is read. */
  public void check() {
    require(
        batchSize >= 1 && batchSize <= 1 << 16,
        "--batch-size: expected 1..65536, got " + batchSize);
    require(epochs >= 1, "--epochs: expected 1 or more, got " + epochs);
    require(patience >= 0, "--patience: expected 0 or more, got " + patience);
    requireSize("--learning-rate", learningRate);
    requireSize("--weight-decay", weightDecay);
    requireSize("--clip-norm", clipNorm);
    require(
        validation > 0 && validation < 1,
        "--validation: expected a share above 0 and below 1, got " + validation);
  }

  private void requireSize(String option, double value) {
    require(value >= 0 && value <= Double.MAX_VALUE, option + ": expected 0 or more, got " + value);
  }

  /** Wrong usage, unless something is as it should be. */
  public void require(boolean ok, String message) {
    if (!ok) {
      throw new ParameterException(command.commandLine(), message);
    }
  }

  Optimizer newOptimizer(List<Parameter> parameters) {
    return switch (optimizer) {
      case SGD -> new Sgd(parameters, learningRate, MOMENTUM, 0, weightDecay, false);
      case ADAM -> new Adam(parameters, learningRate, 0.9, 0.999, 1e-8, weightDecay);
      case ADAMW -> new AdamW(parameters, learningRate, 0.9, 0.999, 1e-8, weightDecay);
    };
  }

  LearningRate rate(long stepsPerEpoch) {
    long steps = stepsPerEpoch * epochs;
    return switch (schedule) {
      case CONSTANT -> LearningRate.constant(learningRate);
      case STEP -> LearningRate.stepDecay(learningRate, (steps + STEPS - 1) / STEPS, STEP_FACTOR);
      case COSINE -> LearningRate.cosine(learningRate, steps / WARM_UP_SHARE, steps, 0);
    };
  }
}
