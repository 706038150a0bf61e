package io.github.lstm4j.cli.training;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;

/** Answers input with a trained network. */
public interface Predictor {
  /**
   * Reads to the end, and answers.
   *
   * @param name what messages call the input
   */
  void predict(InputStream in, String name, PrintStream out) throws IOException;
}
