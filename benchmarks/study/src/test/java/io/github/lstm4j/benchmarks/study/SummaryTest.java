package io.github.lstm4j.benchmarks.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lstm4j.benchmarks.Shape;
import io.github.lstm4j.benchmarks.study.StudyResult.Measurement;
import io.github.lstm4j.benchmarks.study.StudyResult.Run;
import io.github.lstm4j.benchmarks.study.Summary.Statistic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class SummaryTest {
  private static final String OURS = EngineSpec.HEADLINE;
  private static final Shape SMALL = Shape.parse("1x1x8x8");
  private static final Shape LARGE = Shape.parse("25x32x512x512");
  private static final Limits SLOW = limits(10, 4);
  private static final Limits FAST = limits(20, 2);

  private final List<Measurement> measurements = new ArrayList<>();

  private static Limits limits(double gflops, double bandwidth) {
    return new Limits(32, gflops, 0, List.of(new Limits.Read(1024, bandwidth)));
  }

  /** One fork of one turn for each time. */
  private void measured(String engine, Shape shape, double... nanos) {
    for (int round = 1; round <= nanos.length; round++) {
      measuredInTurns(engine, shape, round, nanos[round - 1]);
    }
  }

  private void measuredInTurns(String engine, Shape shape, int round, Double... nanos) {
    double cpuShare = nanos[0] > 1000 ? 0.5 : 1;
    measurements.add(
        new Measurement(
            Benchmark.FORWARD.label(),
            engine,
            shape.toString(),
            round,
            nanos[0],
            0,
            0,
            nanos.length == 1 ? null : List.of(nanos),
            2000,
            round,
            cpuShare));
  }

  private StudyResult result(int threads) {
    Run run = new Run("quick", 3, threads, "none", "", "", "", "");
    Machine machine = new Machine("", 2, "", "");
    return new StudyResult(
        machine, run, List.of(SLOW, FAST), Map.of(), measurements, new ArrayList<>());
  }

  private Summary summary(Statistic statistic) {
    return new Summary(result(1), Benchmark.FORWARD, statistic);
  }

  private static void assertValue(double expected, OptionalDouble actual) {
    assertEquals(expected, actual.orElseThrow(), 1e-12);
  }

  @Test
  void takesTheMiddleTurnOfAllRoundsOrAQuietOne() {
    measuredInTurns(OURS, SMALL, 1, 5., 4., 1., 2., 3., 6.);
    measuredInTurns(OURS, SMALL, 2, 7., 8., 9., 10., 11.);
    assertValue(6, summary(Statistic.MEDIAN).nanos(OURS, SMALL));
    assertValue(2, summary(Statistic.QUIET).nanos(OURS, SMALL));
    assertEquals((10 - 2) / 6., summary(Statistic.MEDIAN).spreads().get(0), 1e-12);
  }

  @Test
  void ratiosAreOfTheSameTurn() {
    // The machine is slow in the second half, and what was measured once meets one round alone.
    measuredInTurns(OURS, SMALL, 1, 10., 10., 20.);
    measuredInTurns(OURS, SMALL, 2, 40., 40., 40.);
    measuredInTurns("onednn", SMALL, 1, 11., 12., 22.);
    measuredInTurns("onednn", SMALL, 2, 60., 60., 60.);
    measuredInTurns("djl", SMALL, 1, 30., 30., 40.);
    assertValue((1.2 + 1.5) / 2, summary(Statistic.MEDIAN).ratio("onednn", SMALL));
    assertValue(3, summary(Statistic.MEDIAN).ratio("djl", SMALL));
    assertValue(1.1, summary(Statistic.QUIET).ratio("onednn", SMALL));
    assertTrue(summary(Statistic.MEDIAN).ratio("dl4j", SMALL).isEmpty());
    assertTrue(summary(Statistic.QUIET).ratio("dl4j", SMALL).isEmpty());
  }

  @Test
  void takesTheMiddleRoundOrTheBestWhereEachIsOneTurn() {
    measured(OURS, SMALL, 30, 10, 11);
    measured(OURS, LARGE, 30, 10, 12, 11);
    assertValue(11, summary(Statistic.MEDIAN).nanos(OURS, SMALL));
    assertValue(11.5, summary(Statistic.MEDIAN).nanos(OURS, LARGE));
    assertValue(10, summary(Statistic.QUIET).nanos(OURS, LARGE));
    assertTrue(summary(Statistic.MEDIAN).nanos("onednn", SMALL).isEmpty());
  }

  @Test
  void aRatioAboveOneMeansThatOursIsFaster() {
    measured("onednn", SMALL, 40);
    measured(OURS, SMALL, 20);
    measured("onnxruntime", SMALL, 30);
    measured("lstm4j-java", SMALL, 10);
    Summary summary = summary(Statistic.MEDIAN);
    assertValue(2, summary.ratio("onednn", SMALL));
    assertValue(0.5, summary.ratio("lstm4j-java", SMALL));
    assertValue(1.5, summary.ratioToBestPeer(SMALL));
    assertEquals(List.of(OURS, "lstm4j-java", "onednn", "onnxruntime"), summary.engines());
    assertEquals(List.of("onednn", "onnxruntime"), summary.peers());
    assertTrue(summary.ratioToBestPeer(LARGE).isEmpty());
  }

  @Test
  void theGeometricMeanIsOfWhatIsThere() {
    assertValue(
        2,
        Summary.geometricMean(
            List.of(OptionalDouble.of(1), OptionalDouble.empty(), OptionalDouble.of(4))));
    assertTrue(Summary.geometricMean(List.of(OptionalDouble.empty())).isEmpty());
  }

  @Test
  void sharesAreOfTheBestLimitsOfAllRounds() {
    double flops = 8.0 * 8 * 8; // one step: the input's product alone
    measured(OURS, SMALL, flops / 10);
    Summary summary = summary(Statistic.MEDIAN);
    assertValue(10, summary.gflops(OURS, SMALL));
    assertValue(0.5, summary.shareOfPeak(OURS, SMALL));
    Summary twoThreads = new Summary(result(2), Benchmark.FORWARD, Statistic.MEDIAN);
    assertValue(0.25, twoThreads.shareOfPeak(OURS, SMALL));
    assertTrue(twoThreads.shareOfLimit(OURS, SMALL).isEmpty());
    // 1 KiB of weights at 4 GB/s take longer than their arithmetic.
    double least = 4.0 * 4 * 8 * 8 / 4;
    assertValue(least / (flops / 10), summary.shareOfLimit(OURS, SMALL));
  }

  @Test
  void noiseIsHowFarTurnsLieApartAndWhoSharedItsCore() {
    measured(OURS, SMALL, 100, 110, 120);
    measured("onednn", SMALL, 100, 200, 2000);
    measured("djl", SMALL, 5000);
    Noise noise = Noise.of(result(1));
    assertEquals(1900 / 200.0, noise.largestSpread(), 1e-12);
    assertEquals(2 / 7.0, noise.disturbed(), 1e-12);
    measured("onednn", LARGE, 100, 101);
    assertEquals(20 / 110.0, Noise.of(result(1)).medianSpread(), 1e-12);
  }

  @Test
  void allocationIsTheMostOfAnyForkThatCountedItsOwn() {
    measuredInTurns(OURS, SMALL, 1, 1., 1.);
    measuredInTurns(OURS, SMALL, 3, 1., 1.);
    measured(OURS, LARGE, 1, 1, 1, 1);
    measured("djl", LARGE, 1);
    assertEquals(Map.of(OURS, 3.0), summary(Statistic.MEDIAN).bytesPerCall());
  }
}
