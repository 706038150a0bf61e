package io.github.lstm4j.benchmarks.study;

import io.github.lstm4j.benchmarks.Shape;
import java.util.List;

/** What a study is of. */
enum Suite {
  INFERENCE(
      List.of(Benchmark.FORWARD),
      List.of(
          "1x1x128x128",
          "1x1x512x512",
          "5x3x10x20-layers2",
          "50x1x128x128",
          "25x1x512x512",
          "25x1x1024x1024",
          "50x1x1760x1760",
          "100x8x256x256",
          "50x16x512x512",
          "25x32x512x512",
          "25x64x512x512",
          "25x128x512x512",
          "25x32x1024x1024",
          "100x64x128x128",
          "150x64x256x256",
          "50x16x256x256-layers2-bidirectional",
          "400x64x256x256-ragged"),
      List.of(
          "1x1x8x8",
          "5x3x10x20-layers2",
          "7x2x16x24-layers2-bidirectional",
          "12x5x9x17-ragged",
          "9x33x64x48")),
  TRAINING(
      List.of(Benchmark.FORWARD_BACKWARD, Benchmark.TRAINING_STEP),
      List.of("50x32x256x256", "50x32x256x256-layers2", "50x32x256x256-bidirectional"),
      List.of("1x1x8x8", "7x5x10x20-layers2-bidirectional", "9x33x64x48"));

  private static final List<String> TRAINERS =
      List.of(EngineSpec.HEADLINE, "lstm4j-vector", "lstm4j-java", "libtorch", "dl4j");

  private final List<Benchmark> benchmarks;
  private final List<String> shapes;
  private final List<String> checks;

  Suite(List<Benchmark> benchmarks, List<String> shapes, List<String> checks) {
    this.benchmarks = benchmarks;
    this.shapes = shapes;
    this.checks = checks;
  }

  List<Benchmark> benchmarks() {
    return benchmarks;
  }

  /** Returns what it runs unless shapes are named; sizes as in the README. */
  List<Shape> shapes() {
    return shapes.stream().map(Shape::parse).toList();
  }

  /** Returns small shapes that together reach every path of every engine. */
  List<Shape> checks() {
    return checks.stream().map(Shape::parse).toList();
  }

  /** Returns whether an engine is measured. */
  boolean has(EngineSpec engine) {
    return this == INFERENCE || TRAINERS.contains(engine.name());
  }
}
