package io.github.lstm4j.cli.training;

import io.github.lstm4j.cli.common.Progress;
import io.github.lstm4j.cli.common.Streams;
import io.github.lstm4j.cli.common.Text;
import java.util.Locale;
import java.util.Map;

/**
 * Tells how far a training is: everybody gets a line per epoch, and a person at a terminal sees a
 * bar in a long one.
 */
final class TrainingProgress implements AutoCloseable {
  private static final double NANO = 1e-9;

  private final Streams streams;
  private final int epochs;
  private final int examples;
  private int epochsHere;
  private long sequences;
  private long begin;
  private double trainingSeconds;
  private double seconds;
  private Progress bar;

  /**
   * Prepares for a run.
   *
   * @param epochs how many there are at most
   * @param examples sequences in an epoch
   */
  TrainingProgress(Streams streams, int epochs, int examples) {
    this.streams = streams;
    this.epochs = epochs;
    this.examples = examples;
  }

  void beginEpoch(TrainingState state) {
    begin = System.nanoTime();
    sequences = 0;
    bar = new Progress(streams, "epoch " + (state.epoch() + 1) + "/" + epochs, examples);
  }

  /** Notes that some sequences are done. */
  void advance(int count) {
    sequences += count;
    bar.advance(count);
  }

  /** Notes that the updates of the epoch are made; returns how long they took, in seconds. */
  double endTraining() {
    trainingSeconds = secondsSinceBegin();
    return trainingSeconds;
  }

  private double secondsSinceBegin() {
    return (System.nanoTime() - begin) * NANO;
  }

  void endEpoch(EpochLog.Row row, boolean best) {
    close();
    epochsHere++;
    seconds += secondsSinceBegin();
    StringBuilder line = new StringBuilder();
    line.append(
        String.format(
            Locale.ROOT,
            "%d/%d  loss %.4g, validation %.4g",
            row.epoch(),
            epochs,
            row.trainingLoss(),
            row.validationLoss()));
    for (Map.Entry<String, Double> metric : row.metrics().entrySet()) {
      line.append(String.format(Locale.ROOT, ", %s %.4g", metric.getKey(), metric.getValue()));
    }
    line.append(best ? " (best)" : "");
    line.append(String.format(Locale.ROOT, ", %,.0f sequences/s", sequences / trainingSeconds));
    if (row.epoch() < epochs) {
      double left = seconds / epochsHere * (epochs - row.epoch());
      line.append(", at most ").append(Text.duration(left)).append(" left");
    }
    streams.say("epoch", line.toString());
  }

  /** Takes the bar away, if there is one. */
  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
