package io.github.lstm4j.benchmarks.study;

import io.github.lstm4j.benchmarks.Forward;
import io.github.lstm4j.benchmarks.Shape;
import io.github.lstm4j.benchmarks.Training;
import java.util.function.ToDoubleFunction;

/** What is measured of every engine. */
enum Benchmark {
  FORWARD(Forward.class, "forward", "Forward", Shape::flops),
  FORWARD_BACKWARD(
      Training.class, "forwardBackward", "Forward and backward", shape -> 3 * shape.flops()),
  TRAINING_STEP(
      Training.class, "step", "Training step", shape -> 3 * shape.flops() - shape.inputFlops());

  private final Class<?> type;
  private final String name;
  private final String title;
  private final ToDoubleFunction<Shape> flops;

  /**
   * Describes one.
   *
   * @param flops of the matrix products. The backward of a product is two of its size: one for the
   *     gradient of the weights, one for that of the input, which data do not need.
   */
  Benchmark(Class<?> type, String name, String title, ToDoubleFunction<Shape> flops) {
    this.type = type;
    this.name = name;
    this.title = title;
    this.flops = flops;
  }

  /** Returns the full name of the method. */
  String method() {
    return type.getName() + "." + name;
  }

  /** Returns what results call it. */
  String label() {
    return type.getSimpleName() + "." + name;
  }

  /** Returns what people read. */
  String title() {
    return title;
  }

  /** Returns the operations of the matrix products, see {@link Shape#flops}. */
  double flops(Shape shape) {
    return flops.applyAsDouble(shape);
  }
}
