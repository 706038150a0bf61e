package io.github.lstm4j.train;

/**
 * A learning rate for every step: a pure function, so resuming a run needs no state. A loop calls
 * {@code optimizer.setLearningRate(schedule.at(optimizer.steps()))} before {@code
 * optimizer.step()}.
 */
@FunctionalInterface
public interface LearningRate {
  /**
   * Returns the learning rate of one update.
   *
   * @param step number of updates made before it: 0 for the first
   */
  double at(long step);

  /**
   * Returns the same rate for ever.
   *
   * @throws IllegalArgumentException if the rate is negative or not finite
   */
  static LearningRate constant(double rate) {
    Checks.notNegative("rate", rate);
    return step -> rate;
  }

  /**
   * Returns {@code rate · factor^⌊step / every⌋}: PyTorch's {@code StepLR}.
   *
   * @param rate the first rate
   * @param every steps between two changes, 1 or more
   * @param factor what the rate is multiplied by, PyTorch's {@code gamma}
   * @throws IllegalArgumentException if a number is outside its range
   */
  static LearningRate stepDecay(double rate, long every, double factor) {
    Checks.notNegative("rate", rate);
    Checks.notNegative("factor", factor);
    if (every < 1) {
      throw new IllegalArgumentException("every: expected 1 or more steps, got " + every);
    }
    return step -> rate * StrictMath.pow(factor, step / every);
  }

  /**
   * Returns a rate that rises in a straight line to its peak and falls along half a cosine: {@code
   * peak · (step + 1) / warmUp} during the warm-up, then {@code last + (peak - last) · (1 + cos(π ·
   * (step - warmUp) / (steps - warmUp))) / 2} (PyTorch's {@code CosineAnnealingLR}), and {@code
   * last} from {@code steps} on.
   *
   * @param peak the highest rate
   * @param warmUp steps of the warm-up, from 0 to {@code steps}
   * @param steps steps in all
   * @param last the lowest rate, PyTorch's {@code eta_min}
   * @throws IllegalArgumentException if a number is outside its range
   */
  static LearningRate cosine(double peak, long warmUp, long steps, double last) {
    Checks.notNegative("peak", peak);
    Checks.notNegative("last", last);
    if (warmUp < 0 || warmUp > steps) {
      throw new IllegalArgumentException(
          "warmUp: expected 0 to " + steps + " (the steps in all), got " + warmUp);
    }
    return step -> {
      if (step < warmUp) {
        return peak * (step + 1) / warmUp;
      }
      if (step >= steps) {
        return last;
      }
      double done = (double) (step - warmUp) / (steps - warmUp);
      return last + (peak - last) * (1 + StrictMath.cos(Math.PI * done)) / 2;
    };
  }
}
