package io.github.lstm4j.train;

import io.github.lstm4j.Tensor;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The checks at the door. Every failure is an {@link IllegalArgumentException} that names the
 * argument, what was expected with its numbers, and what was given.
 */
final class Checks {
  private Checks() {}

  static void notNull(String name, Object value) {
    if (value == null) {
      throw new IllegalArgumentException(name + ": expected a value, got null");
    }
  }

  /** Returns how many rows of {@code width} elements a tensor holds: its last dimension's. */
  static int rows(String name, Tensor tensor, int width) {
    notNull(name, tensor);
    if (tensor.rank() == 0 || tensor.dim(tensor.rank() - 1) != width) {
      throw new IllegalArgumentException(
          name + ": expected shape [.., " + width + "], got " + Arrays.toString(tensor.shape()));
    }
    return tensor.size() / width;
  }

  /** Requires as many rows as there are elsewhere. */
  static void rows(String name, Tensor tensor, int width, int rows) {
    if (rows(name, tensor, width) != rows) {
      throw new IllegalArgumentException(
          name
              + ": expected "
              + rows
              + " rows of "
              + width
              + ", got "
              + Arrays.toString(tensor.shape()));
    }
  }

  static void sameShape(String name, Tensor tensor, String otherName, Tensor other) {
    notNull(name, tensor);
    if (!Arrays.equals(tensor.shape(), other.shape())) {
      throw new IllegalArgumentException(
          name
              + ": expected the shape of "
              + otherName
              + ", "
              + Arrays.toString(other.shape())
              + ", got "
              + Arrays.toString(tensor.shape()));
    }
  }

  /** What is written while another argument is read has to lie elsewhere. */
  static void notSameMemory(String name, Tensor tensor, String otherName, Tensor other) {
    if (tensor.sharesMemory(other)) {
      throw new IllegalArgumentException(
          name + ": expected memory of its own, got the memory of " + otherName);
    }
  }

  static void positive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": expected 1 or more, got " + value);
    }
  }

  static void notNegative(String name, double value) {
    if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) { // NaN is neither
      throw new IllegalArgumentException(
          name + ": expected a finite number of 0 or more, got " + value);
    }
  }

  /** Requires a number in [0, 1). */
  static void share(String name, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(name + ": expected 0 or more, below 1, got " + value);
    }
  }

  /** Requires that no name and no value is listed twice. */
  static void distinct(List<Parameter> parameters) {
    Set<String> names = new HashSet<>();
    Set<Tensor> values = new HashSet<>(); // by identity, as tensors have no equality of content
    for (Parameter parameter : parameters) {
      if (!names.add(parameter.name()) || !values.add(parameter.value())) {
        throw new IllegalArgumentException(
            "parameters: expected each name and each tensor once, got "
                + parameter.name()
                + " or its tensor again");
      }
    }
  }

  /** Requires that all tensors are open, before the first of them is written. */
  static void open(List<Parameter> parameters) {
    for (Parameter parameter : parameters) {
      parameter.value().data();
      parameter.gradient().data();
    }
  }
}
