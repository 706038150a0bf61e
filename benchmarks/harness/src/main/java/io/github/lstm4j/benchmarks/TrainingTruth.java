package io.github.lstm4j.benchmarks;

import java.io.IOException;

/** Computes the answers that training is checked against, on the class path of libtorch. */
public final class TrainingTruth {
  private TrainingTruth() {}

  /**
   * Writes the answers of every shape named.
   *
   * @param args a comma-separated list of shapes
   */
  public static void main(String[] args) throws IOException {
    for (String shape : args[0].split(",")) {
      TrainingAnswers.write(Shape.parse(shape), Settings.references());
    }
  }
}
