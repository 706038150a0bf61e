package io.github.lstm4j.benchmarks.study;

import io.github.lstm4j.benchmarks.Shape;
import io.github.lstm4j.benchmarks.study.StudyResult.Measurement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The numbers of a benchmark by engine and shape: of each fork its median call, and of the rounds
 * one.
 */
final class Summary {
  private final StudyResult result;
  private final Benchmark benchmark;
  private final Rounds rounds;
  private final Limits limits;

  /** Which of the rounds' medians counts. */
  enum Rounds {
    /** The middle one. */
    MEDIAN,
    /** The smallest: on a machine shared with others, the one that was disturbed least. */
    BEST
  }

  Summary(StudyResult result, Benchmark benchmark, Rounds rounds) {
    this.result = result;
    this.benchmark = benchmark;
    this.rounds = rounds;
    this.limits = result.limits().isEmpty() ? null : Limits.best(result.limits());
  }

  StudyResult result() {
    return result;
  }

  /** Returns the machine's limits, or null if they were not measured. */
  Limits limits() {
    return limits;
  }

  /** Returns the shapes measured, in the order of the run. */
  List<Shape> shapes() {
    return measurements().map(Measurement::shape).distinct().map(Shape::parse).toList();
  }

  /** Returns the labels of the engines measured, ours first. */
  List<String> engines() {
    List<String> labels = measurements().map(Measurement::engine).distinct().toList();
    return EngineOrder.sorted(labels);
  }

  /** Returns the labels of the engines that are not ours. */
  List<String> peers() {
    return engines().stream().filter(label -> !EngineSpec.isOurs(label)).toList();
  }

  private Stream<Measurement> measurements() {
    return result.measurements().stream().filter(m -> m.benchmark().equals(benchmark.label()));
  }

  /** Returns one round's median call, in nanoseconds. */
  OptionalDouble nanos(String engine, Shape shape) {
    return nanos(benchmark.label(), engine, shape.toString());
  }

  /** Returns the same of any benchmark. */
  OptionalDouble nanos(String benchmark, String engine, String shape) {
    double[] medians = medians(benchmark, engine, shape);
    if (medians.length == 0) {
      return OptionalDouble.empty();
    }
    if (rounds == Rounds.BEST) {
      return OptionalDouble.of(medians[0]);
    }
    int middle = medians.length / 2;
    return OptionalDouble.of(
        medians.length % 2 == 1 ? medians[middle] : (medians[middle - 1] + medians[middle]) / 2);
  }

  private double[] medians(String benchmark, String engine, String shape) {
    return result.measurements().stream()
        .filter(m -> m.benchmark().equals(benchmark) && m.engine().equals(engine))
        .filter(m -> m.shape().equals(shape))
        .mapToDouble(Measurement::medianNanos)
        .sorted()
        .toArray();
  }

  /** Returns how far the rounds of each cell lie apart, as a share of their median. */
  List<Double> spreads() {
    List<Double> spreads = new ArrayList<>();
    for (Shape shape : shapes()) {
      for (String engine : engines()) {
        double[] medians = medians(benchmark.label(), engine, shape.toString());
        if (medians.length > 1) {
          double range = medians[medians.length - 1] - medians[0];
          spreads.add(range / nanos(engine, shape).getAsDouble());
        }
      }
    }
    return spreads;
  }

  /** Returns useful arithmetic per time. */
  OptionalDouble gflops(String engine, Shape shape) {
    return map(nanos(engine, shape), nanos -> benchmark.flops(shape) / nanos);
  }

  /** Returns that as a share of the cores' FMA peak; empty without limits. */
  OptionalDouble shareOfPeak(String engine, Shape shape) {
    return limits == null
        ? OptionalDouble.empty()
        : map(
            gflops(engine, shape),
            gflops -> gflops / (limits.fmaGflops() * result.run().threads()));
  }

  /** Returns whether {@link Bound} says what the machine allows: it is a forward pass's. */
  boolean isBounded() {
    return benchmark == Benchmark.FORWARD;
  }

  /** Returns the share of the machine's bound that an engine reaches; empty without limits. */
  OptionalDouble shareOfLimit(String engine, Shape shape) {
    return limits == null || !isBounded() || result.run().threads() > 1
        ? OptionalDouble.empty()
        : map(nanos(engine, shape), nanos -> Bound.of(shape, limits).nanos() / nanos);
  }

  /** Returns how many times faster the headline engine is than another. */
  OptionalDouble ratio(String engine, Shape shape) {
    OptionalDouble ours = nanos(EngineSpec.HEADLINE, shape);
    return ours.isEmpty() ? ours : map(nanos(engine, shape), nanos -> nanos / ours.getAsDouble());
  }

  /** Returns the ratio to the fastest peer of a shape. */
  OptionalDouble ratioToBestPeer(Shape shape) {
    return peers().stream()
        .map(peer -> ratio(peer, shape))
        .filter(OptionalDouble::isPresent)
        .mapToDouble(OptionalDouble::getAsDouble)
        .min();
  }

  /** Returns the geometric mean of the values that are there. */
  static OptionalDouble geometricMean(List<OptionalDouble> values) {
    double[] logs =
        values.stream()
            .filter(OptionalDouble::isPresent)
            .mapToDouble(value -> Math.log(value.getAsDouble()))
            .toArray();
    return logs.length == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(Math.exp(Arrays.stream(logs).average().getAsDouble()));
  }

  /** Returns the most heap that any fork of an engine allocated per call, by engine. */
  Map<String, Double> bytesPerCall() {
    Map<String, Double> bytes = new TreeMap<>();
    // A fork of few calls shows the harness's own allocation, divided by few.
    measurements()
        .filter(m -> m.calls() >= 1000)
        .forEach(m -> bytes.merge(m.engine(), m.bytesPerCall(), Math::max));
    return bytes;
  }

  private static OptionalDouble map(
      OptionalDouble value, java.util.function.DoubleUnaryOperator function) {
    return value.isEmpty() ? value : OptionalDouble.of(function.applyAsDouble(value.getAsDouble()));
  }
}
