package io.github.lstm4j.examples.longmemory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrainingTest {
  private static final PrintStream NOWHERE = new PrintStream(PrintStream.nullOutputStream(), false);

  private static Curve train(Variant variant, int updates) {
    Settings settings = new Settings(6, 1, List.of(6), 16, 16, updates, 50, 4, List.of(1e-2), 1);
    Training training = new Training(settings, new Progress(NOWHERE, 1));
    return training.run(new Curve.Run(variant, 6, 1e-2, 1));
  }

  /** At six steps nothing vanishes: both learn, or the study says nothing about 400. */
  @Test
  void bothNetworksLearnShortSequences() {
    for (Variant variant : List.of(Variant.rnn(1), Variant.lstm(1))) {
      Curve curve = train(variant, 1500);
      assertTrue(curve.best() < 0.01, variant.name() + " " + curve.points());
      assertTrue(curve.points().get(0).error() > 0.1, "before training: " + curve.points());
    }
  }

  @Test
  void aRunIsAFunctionOfItsSeed() {
    assertEquals(train(Variant.lstm(1), 100).points(), train(Variant.lstm(1), 100).points());
    assertEquals(train(Variant.rnn(), 100).points(), train(Variant.rnn(), 100).points());
  }

  @Test
  void aRunEndsOnceItIsSolvedOrItsUpdatesAreUsedUp() {
    Curve curve = train(Variant.rnn(), 100);
    assertEquals(List.of(0, 50, 100), curve.points().stream().map(Curve.Point::updates).toList());
    assertTrue(curve.solvedAfter().isEmpty());
    Curve solved = train(Variant.lstm(1), 6000);
    assertTrue(solved.last().error() < Curve.SOLVED, "last error " + solved.last());
    assertEquals(solved.last().updates(), solved.solvedAfter().orElseThrow());
    assertTrue(solved.last().updates() < 6000);
  }

  @Test
  void alwaysOneIsMeasuredOnAsManySequencesAsItSays() {
    Settings settings = new Settings(6, 1, List.of(6), 1, 100, 0, 1, 100, List.of(1e-2), 1);
    // (u + v - 1)² has mean 1/6 and deviation 0.197: six of the mean of 10,000.
    assertEquals(AddingProblem.BASELINE, Training.alwaysOne(settings, 6), 0.012);
  }
}
