package io.github.lstm4j.benchmarks.study;

import io.github.lstm4j.benchmarks.study.Summary.Statistic;
import java.util.List;

/**
 * How much else was going on.
 *
 * @param medianSpread how far the turns of a cell lie apart, without the outermost tenths, as a
 *     share of their median: the median over all cells; 0 if there was one turn
 * @param largestSpread the largest over all cells
 * @param disturbed the share of the forks that had something else running on their core
 */
record Noise(double medianSpread, double largestSpread, double disturbed) {
  static Noise of(StudyResult result) {
    List<Benchmark> benchmarks = Plan.named(result.run().plan()).suite().benchmarks();
    double[] spreads =
        benchmarks.stream()
            .map(benchmark -> new Summary(result, benchmark, Statistic.MEDIAN))
            .flatMap(summary -> summary.spreads().stream())
            .mapToDouble(spread -> spread)
            .sorted()
            .toArray();
    List<String> labels = benchmarks.stream().map(Benchmark::label).toList();
    double disturbed =
        result.measurements().stream()
            .filter(m -> labels.contains(m.benchmark()))
            .mapToInt(m -> m.cpuShare() < MeasureCommand.ALONE ? 1 : 0)
            .average()
            .orElse(0);
    return spreads.length == 0
        ? new Noise(0, 0, disturbed)
        : new Noise(spreads[spreads.length / 2], spreads[spreads.length - 1], disturbed);
  }
}
