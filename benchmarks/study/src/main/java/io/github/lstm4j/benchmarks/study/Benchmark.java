package io.github.lstm4j.benchmarks.study;

import io.github.lstm4j.benchmarks.Forward;
import io.github.lstm4j.benchmarks.Shape;
import io.github.lstm4j.benchmarks.Training;

/** What is measured of every engine. */
enum Benchmark {
  FORWARD(Forward.class, "forward", "Forward", 1),
  FORWARD_BACKWARD(Training.class, "forwardBackward", "Forward and backward", 3),
  TRAINING_STEP(Training.class, "step", "Training step", 3);

  private final Class<?> type;
  private final String name;
  private final String title;
  private final int passes;

  /**
   * Describes one.
   *
   * @param passes the matrix products, as multiples of a forward pass. The backward of a product is
   *     two of its size: one for the gradient of the weights, one for that of the input.
   */
  Benchmark(Class<?> type, String name, String title, int passes) {
    this.type = type;
    this.name = name;
    this.title = title;
    this.passes = passes;
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
    return passes * shape.flops();
  }
}
