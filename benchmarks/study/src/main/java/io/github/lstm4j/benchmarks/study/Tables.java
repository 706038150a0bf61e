package io.github.lstm4j.benchmarks.study;

import io.github.lstm4j.benchmarks.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** The tables of a report. */
final class Tables {
  private static final String NOTHING = "–";

  private final Summary summary;

  Tables(Summary summary) {
    this.summary = summary;
  }

  /** Median milliseconds of every engine; the fastest of a row in bold. */
  Table times() {
    List<String> head = new ArrayList<>(List.of("T,B,I,H"));
    head.addAll(summary.engines());
    Table table = new Table(head);
    for (Shape shape : summary.shapes()) {
      double fastest =
          summary.engines().stream()
              .map(engine -> summary.nanos(engine, shape))
              .filter(OptionalDouble::isPresent)
              .mapToDouble(OptionalDouble::getAsDouble)
              .min()
              .orElse(0);
      List<String> row = new ArrayList<>(List.of(shape.title()));
      for (String engine : summary.engines()) {
        OptionalDouble nanos = summary.nanos(engine, shape);
        String text = nanos.isEmpty() ? NOTHING : millis(nanos.getAsDouble());
        row.add(nanos.isPresent() && nanos.getAsDouble() == fastest ? "**" + text + "**" : text);
      }
      table.add(row);
    }
    return table;
  }

  /** The headline engine against the machine and against each peer. */
  Table headline() {
    List<String> others = new ArrayList<>(summary.engines());
    others.remove(EngineSpec.HEADLINE);
    List<String> head = new ArrayList<>(List.of("T,B,I,H", "ms", "GFLOP/s", "of FMA peak"));
    if (summary.isBounded()) {
      head.addAll(List.of("of limit", "limited by"));
    }
    List<String> mean = new ArrayList<>(List.of("geometric mean"));
    mean.addAll(Collections.nCopies(head.size() - 1, ""));
    head.add("÷ best peer");
    mean.add(number(mean(null), "%.2f"));
    for (String engine : others) {
      head.add("÷ " + engine);
      mean.add(number(mean(engine), "%.2f"));
    }
    Table table = new Table(head);
    summary.shapes().forEach(shape -> table.add(headline(shape, others)));
    table.add(mean);
    return table;
  }

  private List<String> headline(Shape shape, List<String> others) {
    List<String> row = new ArrayList<>(List.of(shape.title()));
    OptionalDouble nanos = summary.nanos(EngineSpec.HEADLINE, shape);
    row.add(nanos.isEmpty() ? NOTHING : millis(nanos.getAsDouble()));
    row.add(number(summary.gflops(EngineSpec.HEADLINE, shape), "%.1f"));
    row.add(percent(summary.shareOfPeak(EngineSpec.HEADLINE, shape)));
    if (summary.isBounded()) {
      row.add(percent(summary.shareOfLimit(EngineSpec.HEADLINE, shape)));
      row.add(summary.limits() == null ? NOTHING : Bound.of(shape, summary.limits()).limit());
    }
    row.add(number(summary.ratioToBestPeer(shape), "%.2f"));
    others.forEach(engine -> row.add(number(summary.ratio(engine, shape), "%.2f")));
    return row;
  }

  private OptionalDouble mean(String engine) {
    return Summary.geometricMean(
        summary.shapes().stream()
            .map(
                shape ->
                    engine == null ? summary.ratioToBestPeer(shape) : summary.ratio(engine, shape))
            .toList());
  }

  /**
   * What of the GEMM schedule is OpenBLAS's, what is the cell, and what the packed one makes of it.
   */
  Table parts() {
    Table table =
        new Table(
            List.of(
                "T,B,I,H",
                "input GEMM, ms",
                "recurrent GEMMs, ms",
                "fused cell, ms",
                "sum, ms",
                "GEMM schedule, ms",
                "PACKED schedule, ms",
                "sum ÷ PACKED"));
    for (Shape shape : summary.shapes()) {
      OptionalDouble input = part(PartTasks.GEMM_INPUT, PartTasks.OPENBLAS, shape);
      OptionalDouble steps = part(PartTasks.GEMM_RECURRENT, PartTasks.OPENBLAS, shape);
      OptionalDouble cell = part(PartTasks.FUSED_CELL, PartTasks.CELL, shape);
      OptionalDouble gemm = summary.nanos("lstm4j-native-gemm", shape);
      OptionalDouble packed = summary.nanos(EngineSpec.HEADLINE, shape);
      if (Stream.of(input, steps, cell, gemm, packed).allMatch(OptionalDouble::isPresent)) {
        double sum = input.getAsDouble() + steps.getAsDouble() + cell.getAsDouble();
        table.add(
            List.of(
                shape.title(),
                millis(input.getAsDouble()),
                millis(steps.getAsDouble()),
                millis(cell.getAsDouble()),
                millis(sum),
                millis(gemm.getAsDouble()),
                millis(packed.getAsDouble()),
                String.format(Locale.ROOT, "%.2f", sum / packed.getAsDouble())));
      }
    }
    return table;
  }

  private OptionalDouble part(String benchmark, String engine, Shape shape) {
    return summary.nanos(benchmark, engine, shape.toString());
  }

  /** A step of a stream beside one that begins a sequence. */
  Table streams() {
    Table table =
        new Table(List.of("T,B,I,H", "from no state, ms", "in a stream, ms", "of read bandwidth"));
    for (Shape shape : summary.shapes()) {
      OptionalDouble step = part(PartTasks.STREAM_STEP, PartTasks.STREAM, shape);
      OptionalDouble first = summary.nanos(EngineSpec.HEADLINE, shape);
      if (step.isPresent() && first.isPresent()) {
        table.add(
            List.of(
                shape.title(),
                millis(first.getAsDouble()),
                millis(step.getAsDouble()),
                percent(readShare(shape, step.getAsDouble()))));
      }
    }
    return table;
  }

  /** Reading all weights once at the measured rate, as a share of a time. */
  private OptionalDouble readShare(Shape shape, double nanos) {
    double bytes = 4.0 * shape.config().parameterCount();
    return summary.limits() == null
        ? OptionalDouble.empty()
        : OptionalDouble.of(bytes / summary.limits().bandwidth(bytes) / nanos);
  }

  /** What one native call costs. */
  Table calls() {
    Table table = new Table(List.of("one native call through", "ns"));
    summary.result().measurements().stream()
        .filter(m -> m.benchmark().startsWith("Call") && m.round() == 1)
        .forEach(
            m ->
                table.add(
                    List.of(
                        m.benchmark() + ", " + m.engine().replace("call-", ""),
                        number(summary.nanos(m.benchmark(), m.engine(), ""), "%.1f"))));
    return table;
  }

  /** Read bandwidth by working set. */
  Table reads() {
    Table table = new Table(List.of("working set", "GB/s"));
    for (Limits.Read read : summary.limits().reads()) {
      table.add(
          List.of(
              read.bytes() / 1024 + " KiB",
              String.format(Locale.ROOT, "%.0f", read.gigabytesPerSecond())));
    }
    return table;
  }

  /** Heap allocated per call. */
  Table allocation() {
    Table table = new Table(List.of("engine", "Java heap per call, bytes"));
    summary
        .bytesPerCall()
        .forEach(
            (engine, bytes) ->
                table.add(List.of(engine, String.format(Locale.ROOT, "%.0f", bytes))));
    return table;
  }

  private static String millis(double nanos) {
    double ms = nanos / 1e6;
    String format =
        ms < 0.1 ? "%.4f" : ms < 1 ? "%.3f" : ms < 10 ? "%.2f" : ms < 100 ? "%.1f" : "%.0f";
    return String.format(Locale.ROOT, format, ms);
  }

  private static String percent(OptionalDouble share) {
    return share.isEmpty()
        ? NOTHING
        : String.format(Locale.ROOT, "%.0f %%", 100 * share.getAsDouble());
  }

  private static String number(OptionalDouble value, String format) {
    return value.isEmpty() ? NOTHING : String.format(Locale.ROOT, format, value.getAsDouble());
  }
}
