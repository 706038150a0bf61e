package io.github.lstm4j.benchmarks.study;

import io.github.lstm4j.benchmarks.Shape;
import io.github.lstm4j.benchmarks.study.StudyResult.Measurement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The numbers of a benchmark by engine and shape: of each turn its median call, and of all turns of
 * all rounds one.
 */
final class Summary {
  private final StudyResult result;
  private final Benchmark benchmark;
  private final Statistic statistic;
  private final Limits limits;

  /** Which of the turns' medians counts. */
  enum Statistic {
    /** The middle one. */
    MEDIAN,
    /**
     * One that a tenth of them is faster than: on a machine shared with others, what was disturbed
     * least, without the one lucky turn. Of ten turns and fewer it is the fastest.
     */
    QUIET
  }

  Summary(StudyResult result, Benchmark benchmark, Statistic statistic) {
    this.result = result;
    this.benchmark = benchmark;
    this.statistic = statistic;
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

  /** Returns the time of a call, in nanoseconds. */
  OptionalDouble nanos(String engine, Shape shape) {
    return nanos(benchmark.label(), engine, shape.toString());
  }

  /** Returns the same of any benchmark. */
  OptionalDouble nanos(String benchmark, String engine, String shape) {
    return chosen(turns(benchmark, engine, shape));
  }

  private OptionalDouble chosen(double[] values) {
    if (values.length == 0) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(statistic == Statistic.QUIET ? values[tenth(values)] : median(values));
  }

  private static double median(double[] sorted) {
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** How many values are left out at either end, to pass over the outermost tenths. */
  private static int tenth(double[] sorted) {
    return (sorted.length - 1) / 10;
  }

  private Stream<Measurement> of(String benchmark, String engine, String shape) {
    return result.measurements().stream()
        .filter(m -> m.benchmark().equals(benchmark) && m.engine().equals(engine))
        .filter(m -> m.shape().equals(shape));
  }

  private double[] turns(String benchmark, String engine, String shape) {
    return of(benchmark, engine, shape)
        .flatMap(m -> m.turnNanos().stream())
        .mapToDouble(nanos -> nanos)
        .sorted()
        .toArray();
  }

  /**
   * Returns how far the turns of each cell lie apart, without the outermost tenths, as a share of
   * their median.
   */
  List<Double> spreads() {
    List<Double> spreads = new ArrayList<>();
    for (Shape shape : shapes()) {
      for (String engine : engines()) {
        double[] turns = turns(benchmark.label(), engine, shape.toString());
        if (turns.length > 1) {
          int out = tenth(turns);
          spreads.add((turns[turns.length - 1 - out] - turns[out]) / median(turns));
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

  /**
   * Returns how many times faster the headline engine is than another: the median, over turns, of
   * the other's time over its own in the same turn. Of quiet turns, the one's over the other's.
   */
  OptionalDouble ratio(String engine, Shape shape) {
    if (statistic == Statistic.QUIET) {
      OptionalDouble ours = nanos(EngineSpec.HEADLINE, shape);
      return ours.isEmpty() ? ours : map(nanos(engine, shape), nanos -> nanos / ours.getAsDouble());
    }
    String at = shape.toString();
    return chosen(
        of(benchmark.label(), EngineSpec.HEADLINE, at)
            .flatMapToDouble(
                ours ->
                    of(benchmark.label(), engine, at)
                        .filter(other -> other.round() == ours.round())
                        .flatMapToDouble(other -> ratios(other.turnNanos(), ours.turnNanos())))
            .sorted()
            .toArray());
  }

  private static DoubleStream ratios(List<Double> nanos, List<Double> ours) {
    return IntStream.range(0, Math.min(nanos.size(), ours.size()))
        .mapToDouble(turn -> nanos.get(turn) / ours.get(turn));
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
    measurements()
        .filter(m -> !Double.isNaN(m.bytesPerCall()))
        .forEach(m -> bytes.merge(m.engine(), m.bytesPerCall(), Math::max));
    return bytes;
  }

  private static OptionalDouble map(
      OptionalDouble value, java.util.function.DoubleUnaryOperator function) {
    return value.isEmpty() ? value : OptionalDouble.of(function.applyAsDouble(value.getAsDouble()));
  }
}
