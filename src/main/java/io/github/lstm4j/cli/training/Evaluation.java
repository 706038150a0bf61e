package io.github.lstm4j.cli.training;

import io.github.lstm4j.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;

/** How good a network's answers to the validation examples are. Starts empty. */
interface Evaluation {
  /** Takes the answers to one batch, which may be overwritten. */
  void add(Batch batch, Tensor answers);

  /** Figures for the log, name to value; always the same names. */
  Map<String, Double> metrics();

  /** Writes every answer beside what it should have been, as CSV. */
  void writePredictions(OutputStream out) throws IOException;

  /** Lines that say what the figures are worth. */
  List<String> verdict();

  /** The task's own pictures. */
  List<Panel> panels();
}
