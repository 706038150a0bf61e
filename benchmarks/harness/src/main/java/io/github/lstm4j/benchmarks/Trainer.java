package io.github.lstm4j.benchmarks;

/**
 * One implementation of training, prepared as an {@link Engine} is: {@link #forwardBackward} and
 * {@link #step} are all that is measured. The loss is the mean squared difference of the output
 * from {@link Workload#target}; the model starts from the workload's parameters, which the trainer
 * may change.
 */
public interface Trainer extends AutoCloseable {
  /** Adam's learning rate; its other numbers are PyTorch's defaults. */
  double LEARNING_RATE = 1e-3;

  /** The name under which {@link #gradient} gives that of the input. */
  String INPUT = "input";

  /**
   * Runs every time step from a zero state, then computes the loss and its gradients: those of all
   * parameters and that of the input, as a layer below would need it.
   */
  void forwardBackward();

  /**
   * Trains on one batch of data: the same but for the gradient of the input, which data do not need
   * (a library that always computes it may), then updates all parameters by Adam.
   */
  void step();

  /** Fills buffers of gradients that runs use again with NaN, as {@link Engine#spoil} does. */
  default void spoil() {}

  /** Returns the loss that the last run found: of the parameters before their update. */
  double loss();

  /**
   * Returns a copy of a gradient that {@link #forwardBackward} left.
   *
   * @param name PyTorch's of the parameter, or {@link #INPUT}
   * @return in PyTorch's shape, rows one after the other
   */
  float[] gradient(String name);

  /**
   * Returns by what share of a loss its Adam may differ from PyTorch's, beside rounding: 0 unless
   * its formula does.
   */
  default double lossLatitude() {
    return 0;
  }

  /** Returns name and version of the implementation, and what it says about how it runs. */
  String description();

  /** Frees native memory. */
  @Override
  void close();
}
