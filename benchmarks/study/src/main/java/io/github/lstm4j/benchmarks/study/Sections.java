package io.github.lstm4j.benchmarks.study;

import io.github.lstm4j.benchmarks.study.Summary.Statistic;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The sections of a report: every benchmark of the suite by itself, then what they share. */
final class Sections {
  private static final String RATIO_NOTE =
      "÷ x: time of x divided by time of "
          + EngineSpec.HEADLINE
          + " in the same turn, the median of all turns. ";
  private static final String QUIET_NOTE =
      "The same from each engine's quiet turns (a tenth of its turns was faster): what a shared"
          + " machine's neighbours disturbed least.";
  private static final String FLOPS_NOTE =
      "GFLOP/s count the matrix products of the time steps asked for, but not those of the zero state"
          + " that sequences begin with.";
  private static final String BACKWARD_NOTE =
      " Those of the backward pass are twice those of the forward pass, in a training step without"
          + " the gradient of the data.";
  private static final String STREAM_NOTE =
      "One time step: from no state, as above, where lstm4j leaves out the product of the zero"
          + " state; and in a stream, after many others.";
  private static final String LIMIT_NOTE =
      " Limit: the least time that the measured FMA rate and the measured read bandwidth of the"
          + " weights' working set, read in one order, allow.";

  private final StudyResult result;
  private final List<Section> sections = new ArrayList<>();

  private Sections(StudyResult result) {
    this.result = result;
  }

  static List<Section> of(StudyResult result) {
    Sections all = new Sections(result);
    Suite suite = Plan.named(result.run().plan()).suite();
    for (Benchmark benchmark : suite.benchmarks()) {
      all.tables(benchmark, suite == Suite.INFERENCE ? "" : benchmark.title() + ": ");
      all.charts(benchmark, suite == Suite.INFERENCE ? "" : benchmark.title() + ": ");
    }
    Summary first = new Summary(result, suite.benchmarks().get(0), Statistic.MEDIAN);
    if (suite == Suite.INFERENCE) {
      all.parts(new Tables(first));
    }
    if (first.limits() != null) {
      all.add("Read bandwidth of one core", "", new Tables(first).reads().html());
    }
    all.add("Engines", "", all.engines());
    return all.sections;
  }

  private void tables(Benchmark benchmark, String prefix) {
    Summary summary = new Summary(result, benchmark, Statistic.MEDIAN);
    Tables tables = new Tables(summary);
    Table headline = tables.headline();
    Table quiet = new Tables(new Summary(result, benchmark, Statistic.QUIET)).headline();
    String flops = FLOPS_NOTE + (summary.isBounded() ? LIMIT_NOTE : BACKWARD_NOTE);
    String title = prefix.isEmpty() ? "" : "**" + benchmark.title() + "**\n\n";
    sections.add(
        new Section(
            prefix + "Against the machine and the peers",
            flops,
            headline.html(),
            title + headline.markdown() + "\n" + RATIO_NOTE + flops + "\n"));
    sections.add(
        new Section(
            prefix + "Quiet turns",
            QUIET_NOTE,
            quiet.html(),
            QUIET_NOTE + "\n\n" + quiet.markdown()));
    sections.add(
        new Section(
            prefix + "Median milliseconds",
            "",
            tables.times().html(),
            "Median milliseconds of every engine:\n\n" + tables.times().markdown()));
  }

  private void charts(Benchmark benchmark, String prefix) {
    Summary summary = new Summary(result, benchmark, Statistic.MEDIAN);
    Charts charts = new Charts(summary);
    if (summary.limits() != null && summary.isBounded()) {
      add(prefix + "Roofline", "Every point is one shape.", charts.roofline());
      add(prefix + "Share of the limit", "", charts.shareOfLimit());
    } else if (summary.limits() != null) {
      add(prefix + "Share of the FMA peak", "", charts.shareOfPeak());
    }
    add(prefix + "Ratio to each peer", "Above 1: lstm4j is faster.", charts.ratios());
    add(prefix + "Native against the JVM", "", charts.backends());
  }

  private void parts(Tables tables) {
    add(
        "The parts alone",
        "OpenBLAS's products without the cell, and the cell (biases, activations, update) without"
            + " a product. Their sum is what one would expect of the GEMM schedule; what PACKED"
            + " gains on it is fusion and packing.",
        tables.parts().html());
    Table streams = tables.streams();
    if (!streams.isEmpty()) {
      sections.add(
          new Section(
              "One step of a stream",
              STREAM_NOTE,
              streams.html(),
              STREAM_NOTE + "\n\n" + streams.markdown()));
    }
    add("One native call", "", tables.calls().html());
    add(
        "Allocation",
        "By the calling thread, as the JVM counts it: the most over all shapes.",
        tables.allocation().html());
  }

  private void add(String title, String note, String html) {
    sections.add(new Section(title, note, html));
  }

  private String engines() {
    return result.engines().entrySet().stream()
        .map(e -> "<li>" + e.getKey() + ": " + Html.escape(e.getValue()) + "</li>")
        .collect(Collectors.joining("\n", "<ul>", "</ul>\n"));
  }
}
