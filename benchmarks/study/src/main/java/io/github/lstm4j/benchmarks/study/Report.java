package io.github.lstm4j.benchmarks.study;

import io.github.lstm4j.benchmarks.study.Summary.Rounds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;

/** A study's Markdown tables and its page. */
final class Report {
  private static final String BEST_NOTE =
      "The same from each engine's best round: what a shared machine's neighbours disturbed least.";
  private static final String FLOPS_NOTE =
      "GFLOP/s count the matrix products of the time steps asked for. Limit: the least time that the"
          + " measured FMA rate and the measured read bandwidth of the weights' working set allow.";

  private final Summary summary;
  private final Tables tables;
  private final Tables best;

  Report(StudyResult result) {
    summary = new Summary(result, Rounds.MEDIAN);
    tables = new Tables(summary);
    best = new Tables(new Summary(result, Rounds.BEST));
  }

  /** Writes both beside the JSON file. */
  void write(Path json) {
    String base = json.getFileName().toString().replaceAll("\\.json$", "");
    try {
      Files.writeString(json.resolveSibling(base + ".md"), markdown());
      Files.writeString(json.resolveSibling(base + ".html"), html());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    System.out.println("Report: " + json.resolveSibling(base + ".html").normalize());
  }

  private String markdown() {
    return circumstances()
        + "\n\n"
        + tables.headline().markdown()
        + "\n÷ x: time of x divided by time of "
        + EngineSpec.HEADLINE
        + ". "
        + FLOPS_NOTE
        + "\n\n"
        + BEST_NOTE
        + "\n\n"
        + best.headline().markdown()
        + "\nMedian milliseconds of every engine:\n\n"
        + tables.times().markdown();
  }

  private String circumstances() {
    StudyResult result = summary.result();
    StudyResult.Run run = result.run();
    double[] spreads = summary.spreads();
    return String.format(
        Locale.ROOT,
        "%s, %d cores (%s), %s; %s; lstm4j commit %s; %d thread(s), pinned to core(s) %s; %s,"
            + " medians over %d round(s), which lie %.0f %% apart (median; at most %.0f %%);"
            + " %.0f %% of the forks shared their core; %s.%n`%s`",
        result.machine().cpu(),
        result.machine().cores(),
        result.machine().caches(),
        result.machine().os(),
        run.jdk(),
        run.commit(),
        run.threads(),
        run.pinned(),
        run.date(),
        run.rounds(),
        100 * spreads[0],
        100 * spreads[1],
        100 * summary.shareOfDisturbedForks(),
        summary.limits() == null
            ? "machine limits not measured"
            : String.format(
                Locale.ROOT, "FMA peak %.0f GFLOP/s a core", summary.limits().fmaGflops()),
        run.command());
  }

  private String html() {
    StringBuilder page = new StringBuilder(STYLE);
    page.append("<h1>lstm4j beside its peers</h1>\n");
    page.append("<p>").append(Html.escape(circumstances())).append("</p>\n");
    if (!summary.result().failures().isEmpty()) {
      page.append("<p><b>Not measured: ")
          .append(Html.escape(String.join("; ", summary.result().failures())))
          .append("</b></p>\n");
    }
    section(page, "Against the machine and the peers", FLOPS_NOTE, tables.headline().html());
    section(page, "Best rounds", BEST_NOTE, best.headline().html());
    if (summary.limits() != null) {
      section(page, "Roofline", "Every point is one shape.", new Charts(summary).roofline());
      section(page, "Share of the limit", "", new Charts(summary).shareOfLimit());
    }
    section(page, "Ratio to each peer", "Above 1: lstm4j is faster.", new Charts(summary).ratios());
    section(page, "Native against the JVM", "", new Charts(summary).backends());
    section(page, "Median milliseconds", "", tables.times().html());
    section(
        page,
        "OpenBLAS alone",
        "The same products without the cell. Rest: activations, cell update and calls.",
        tables.gemm().html());
    section(page, "One native call", "", tables.calls().html());
    section(
        page,
        "Allocation",
        "As the JVM counts it, at shapes with 1,000 calls or more per fork.",
        tables.allocation().html());
    if (summary.limits() != null) {
      section(page, "Read bandwidth of one core", "", tables.reads().html());
    }
    section(page, "Engines", "", engines());
    return page.append("</body></html>\n").toString();
  }

  private String engines() {
    return summary.result().engines().entrySet().stream()
        .map(e -> "<li>" + e.getKey() + ": " + Html.escape(e.getValue()) + "</li>")
        .collect(Collectors.joining("\n", "<ul>", "</ul>\n"));
  }

  private static void section(StringBuilder page, String title, String note, String content) {
    page.append("<h2>").append(title).append("</h2>\n");
    if (!note.isEmpty()) {
      page.append("<p>").append(Html.escape(note)).append("</p>\n");
    }
    page.append(content).append('\n');
  }

  private static final String STYLE =
      """
      <!DOCTYPE html>
      <html lang="en"><head><meta charset="utf-8"><title>lstm4j benchmarks</title>
      <style>
      body { font: 15px/1.5 system-ui, sans-serif; max-width: 1320px; margin: 2em auto; padding: 0 1em; }
      table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 13px; }
      th, td { border-bottom: 1px solid #ddd; padding: 3px 9px; text-align: right; }
      th:first-child, td:first-child { text-align: left; white-space: nowrap; }
      img { max-width: 100%; height: auto; }
      </style></head><body>
      """;
}
