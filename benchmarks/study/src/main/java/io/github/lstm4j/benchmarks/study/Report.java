package io.github.lstm4j.benchmarks.study;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A study's Markdown tables and its page. */
final class Report {
  private final StudyResult result;
  private final List<Section> sections;

  Report(StudyResult result) {
    this.result = result;
    sections = Sections.of(result);
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
    return sections.stream()
        .map(Section::markdown)
        .filter(text -> !text.isEmpty())
        .collect(Collectors.joining("\n", circumstances() + "\n\n" + missing(), ""));
  }

  private String missing() {
    List<String> failures = result.failures();
    return failures.isEmpty() ? "" : "Not measured: " + String.join("; ", failures) + ".\n\n";
  }

  private String circumstances() {
    StudyResult.Run run = result.run();
    Noise noise = Noise.of(result);
    return String.format(
        Locale.ROOT,
        "%s, %d cores%s, %s; %s; lstm4j commit %s; %d thread(s), pinned to core(s) %s; %s,"
            + " medians over %d round(s) of %d turn(s), the middle four fifths of which lie %.0f %% apart"
            + " (median; at most %.0f %%);"
            + " %.0f %% of the forks shared their core; %s.%n`%s`",
        result.machine().cpu(),
        result.machine().cores(),
        result.machine().caches().isEmpty() ? "" : " (" + result.machine().caches() + ")",
        result.machine().os(),
        run.jdk(),
        run.commit(),
        run.threads(),
        run.pinned(),
        run.date(),
        run.rounds(),
        result.measurements().stream().mapToInt(m -> m.turnNanos().size()).max().orElse(0),
        100 * noise.medianSpread(),
        100 * noise.largestSpread(),
        100 * noise.disturbed(),
        result.limits().isEmpty()
            ? "machine limits not measured"
            : peak(Limits.best(result.limits())),
        run.command());
  }

  private static String peak(Limits limits) {
    String peak = String.format(Locale.ROOT, "FMA peak %.0f GFLOP/s a core", limits.fmaGflops());
    return limits.fmaMedianGflops() == 0
        ? peak
        : peak
            + String.format(
                Locale.ROOT,
                " (%.0f in the median hundredth of a second)",
                limits.fmaMedianGflops());
  }

  private String html() {
    StringBuilder page = new StringBuilder(STYLE);
    page.append("<h1>lstm4j beside its peers</h1>\n");
    page.append("<p>").append(Html.escape(circumstances())).append("</p>\n");
    if (!result.failures().isEmpty()) {
      page.append("<p><b>").append(Html.escape(missing())).append("</b></p>\n");
    }
    sections.forEach(section -> page.append(section.page()));
    return page.append("</body></html>\n").toString();
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
