package io.github.lstm4j.examples.longmemory;

import io.github.lstm4j.Tensor;
import io.github.lstm4j.examples.longmemory.Curve.Point;
import io.github.lstm4j.examples.longmemory.Curve.Run;
import io.github.lstm4j.train.Adam;
import io.github.lstm4j.train.CounterRandom;
import io.github.lstm4j.train.MeanSquaredError;
import java.util.ArrayList;
import java.util.List;

/**
 * Trains one network on the adding problem: Adam, a new batch for every update, the norm of the
 * gradients cut down to 1; until the problem is solved or the updates are used up.
 */
final class Training {
  /** Of the sequences that no run learns from. */
  static final long HELD_OUT = -1;

  private final Settings settings;
  private final Progress progress;

  Training(Settings settings, Progress progress) {
    this.settings = settings;
    this.progress = progress;
  }

  /** Trains; what comes out is a function of the run and the settings, but for the seconds. */
  Curve run(Run run) {
    long start = System.nanoTime();
    Model model = new Model(run.variant(), settings.sizes(run.length()), run.seed());
    Adam adam = new Adam(model.parameters(), run.rate());
    long sequences = CounterRandom.bits(run.seed(), run.length());
    List<Point> points = new ArrayList<>();
    Point point = measure(model, 0);
    points.add(point);
    for (int k = 1; k <= settings.updates() && point.error() >= Curve.SOLVED; k++) {
      model.learn(sequences, k, adam);
      if (k % settings.interval() == 0) {
        point = measure(model, k);
        points.add(point);
        progress.learnt(run, point, settings.interval());
      }
    }
    Curve curve = new Curve(run, points, (System.nanoTime() - start) / 1e9, model);
    progress.finished(curve, settings.updates() - point.updates());
    return curve;
  }

  /**
   * Returns the held-out error of always answering 1: {@link AddingProblem#BASELINE}, give or take.
   */
  static double alwaysOne(Settings settings, int length) {
    Tensor x = Tensor.allocate(length, settings.batch(), AddingProblem.INPUT);
    Tensor y = Tensor.allocate(settings.batch(), 1);
    Tensor one = Tensor.allocate(y.shape()).fill(1);
    double sum = 0;
    for (int k = 0; k < settings.heldOut(); k++) {
      AddingProblem.fill(HELD_OUT, k, x, y);
      sum += MeanSquaredError.loss(one, y, null);
    }
    return sum / settings.heldOut();
  }

  private Point measure(Model model, int updates) {
    double sum = 0;
    for (int k = 0; k < settings.heldOut(); k++) {
      sum += model.error(HELD_OUT, k);
    }
    return new Point(updates, sum / settings.heldOut());
  }
}
