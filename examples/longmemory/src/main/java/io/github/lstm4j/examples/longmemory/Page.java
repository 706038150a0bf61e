package io.github.lstm4j.examples.longmemory;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** The page: {@code long-memory.md} among the resources, with the numbers of a run filled in. */
final class Page {
  private Page() {}

  static String text(Report report) throws IOException {
    Settings settings = report.settings();
    Map<String, String> facts = new TreeMap<>(Machine.facts());
    facts.put("before", gradients(report.before()));
    facts.put("after", gradients(report.after()));
    facts.put("adding", adding(report.curves()));
    facts.put("distance", "" + settings.distance());
    facts.put("models", "" + settings.models());
    facts.put("longest", "" + settings.lengths().get(settings.lengths().size() - 1));
    facts.put("hidden", "" + settings.hidden());
    facts.put("batch", "" + settings.batch());
    facts.put("updates", "" + settings.updates());
    facts.put("interval", "" + settings.interval());
    facts.put("held-out", "" + settings.heldOut() * settings.batch());
    facts.put("rates", list(settings.rates()));
    facts.put("seeds", "" + settings.seeds());
    facts.put("solved", "" + Curve.SOLVED);
    facts.put("always-one", alwaysOne(settings));
    facts.put("seconds", String.format(Locale.ROOT, "%.0f", report.seconds()));
    return fill(template(), facts);
  }

  private static String template() throws IOException {
    try (InputStream in = Page.class.getResourceAsStream("long-memory.md")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Replaces every <code>{{name}}</code>. */
  static String fill(String template, Map<String, String> facts) {
    String text = template;
    for (Map.Entry<String, String> fact : facts.entrySet()) {
      String place = "{{" + fact.getKey() + "}}";
      if (!template.contains(place)) {
        throw new IllegalArgumentException("the page has no place for " + place);
      }
      text = text.replace(place, fact.getValue());
    }
    if (text.contains("{{")) {
      throw new IllegalArgumentException(
          "the page wants " + text.substring(text.indexOf("{{")).lines().findFirst().orElseThrow());
    }
    return text;
  }

  private static String alwaysOne(Settings settings) {
    List<String> each = new ArrayList<>();
    for (int length : settings.lengths()) {
      double error = Training.alwaysOne(settings, length);
      each.add(String.format(Locale.ROOT, "%.4f at T = %d", error, length));
    }
    return list(each);
  }

  private static String list(List<?> values) {
    return String.join(" and ", values.stream().map(Object::toString).toList());
  }

  /** A table of medians at a few distances. */
  private static String gradients(List<GradientNorms> all) {
    int last = all.get(0).median().length - 1;
    List<Integer> distances =
        IntStream.of(1, 10, 50, 100, 200, last).filter(d -> d <= last).distinct().boxed().toList();
    StringBuilder table = new StringBuilder("| network |");
    distances.forEach(distance -> table.append(' ').append(distance).append(" |"));
    table.append("\n|---|").append("---:|".repeat(distances.size())).append('\n');
    for (GradientNorms norms : all) {
      table.append("| ").append(norms.name()).append(" |");
      for (int distance : distances) {
        double median = norms.median()[distance];
        table.append(median == 0 ? " 0 |" : String.format(Locale.ROOT, " %.1e |", median));
      }
      table.append('\n');
    }
    return table.toString().stripTrailing();
  }

  private static String adding(List<Curve> curves) {
    StringBuilder table =
        new StringBuilder(
            "| network | T | rate | seed | updates | solved | lowest error | last |\n");
    table.append("|---|---:|---:|---:|---:|---|---:|---:|\n");
    for (Curve curve : curves) {
      Curve.Run run = curve.run();
      table.append(
          String.format(
              Locale.ROOT,
              "| %s | %d | %s | %d | %d | %s | %.4f | %.4f |\n",
              run.variant().name(),
              run.length(),
              run.rate(),
              run.seed(),
              curve.last().updates(),
              curve.solvedAfter().isPresent() ? "**yes**" : "no",
              curve.best(),
              curve.last().error()));
    }
    return table.toString().stripTrailing();
  }
}
