package io.github.lstm4j.benchmarks.study;

import io.github.lstm4j.benchmarks.Shape;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** The options that commands share: what to run, and where things are. */
final class Selection {
  @Option(names = "--benchmarks", description = "This folder.", defaultValue = ".")
  private Path benchmarks;

  @Option(
      names = "--shapes",
      split = ",",
      description = "TxBxIxH[-layersL][-bidirectional][-ragged], comma-separated.")
  private List<String> shapes;

  @Option(names = "--engines", split = ",", description = "Labels of engines, comma-separated.")
  private List<String> engines;

  @Option(names = "--threads", description = "Threads per call.", defaultValue = "1")
  private int threads;

  @Option(names = "--other-java", description = "A second JDK's home for the Java backends.")
  private Path otherJava;

  Path benchmarks() {
    return benchmarks;
  }

  Path work() {
    return benchmarks.resolve("target").resolve("work");
  }

  int threads() {
    return threads;
  }

  Path otherJava() {
    return otherJava;
  }

  /** Whether shapes or engines are named, so that a plan is measured in part. */
  boolean isPart() {
    return shapes != null || engines != null;
  }

  List<Shape> shapes(List<Shape> unlessNamed) {
    return shapes == null ? unlessNamed : shapes.stream().map(Shape::parse).toList();
  }

  List<EngineSpec> engines(Suite suite) {
    List<EngineSpec> all = EngineSpec.all(otherJava).stream().filter(suite::has).toList();
    if (engines == null) {
      return all;
    }
    List<String> known = all.stream().map(EngineSpec::label).toList();
    for (String wanted : engines) {
      if (!known.contains(wanted)) {
        throw new IllegalArgumentException(
            "--engines: expected some of " + known + ", got " + wanted);
      }
    }
    return all.stream().filter(engine -> engines.contains(engine.label())).toList();
  }
}
