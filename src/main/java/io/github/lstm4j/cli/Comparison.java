package io.github.lstm4j.cli;

import io.github.lstm4j.Tensor;
import java.nio.FloatBuffer;
import java.util.Locale;

/**
 * How far a tensor is from PyTorch's answers.
 *
 * @param from32 largest difference from PyTorch's float32 answer
 * @param from64 largest difference from PyTorch's float64 answer
 * @param own largest difference of PyTorch's float32 answer from its float64 one
 * @param largest largest magnitude of the float64 answer
 */
record Comparison(String name, double from32, double from64, double own, double largest) {

  static Comparison of(String name, Tensor ours, Tensor float32, Tensor float64) {
    return new Comparison(
        name,
        difference(ours, float32),
        difference(ours, float64),
        difference(float32, float64),
        difference(float64, Tensor.allocate(float64.shape())));
  }

  /**
   * Whether the difference is rounding: at most eight times PyTorch's own, or three millionths of
   * the largest number.
   */
  boolean agrees() {
    return from64 <= allowed();
  }

  double allowed() {
    return Math.max(8 * own, 3e-6 * largest);
  }

  /** What stands above the rows. */
  static final String HEAD =
      "largest      from PyTorch   from PyTorch     PyTorch's\n"
          + "difference        float32        float64        float32        allowed";

  /** One row of the table: ours from both of PyTorch's answers, and those from each other. */
  String row() {
    return String.format(
        Locale.ROOT, "%-9s%15.2g%15.2g%15.2g%15.2g", name, from32, from64, own, allowed());
  }

  /** The largest difference; infinite if one of the two is not a number, or the shapes differ. */
  static double difference(Tensor a, Tensor b) {
    if (a.size() != b.size()) {
      return Double.POSITIVE_INFINITY;
    }
    FloatBuffer left = a.data();
    FloatBuffer right = b.data();
    double largest = 0;
    while (left.hasRemaining()) {
      double difference = Math.abs((double) left.get() - right.get());
      largest = Math.max(largest, Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference);
    }
    return largest;
  }
}
