package io.github.lstm4j.examples.longmemory;

import java.util.List;

/**
 * How large the study is.
 *
 * @param distance T of the gradients
 * @param models how many of each variant the gradients are measured on
 * @param lengths T of the adding problem, the last is also that of the gradients after training
 * @param hidden H
 * @param batch B
 * @param updates that a run may make
 * @param interval updates between two measurements of the held-out error
 * @param heldOut batches that it is measured on
 * @param rates Adam's learning rates, tried on every network
 * @param seeds runs of each network, length and rate
 */
record Settings(
    int distance,
    int models,
    List<Integer> lengths,
    int hidden,
    int batch,
    int updates,
    int interval,
    int heldOut,
    List<Double> rates,
    int seeds) {
  /** What the page shows. */
  static Settings full() {
    return new Settings(400, 5, List.of(200, 400), 64, 32, 3000, 50, 16, List.of(1e-3, 1e-2), 1);
  }

  /** Whether it runs at all: seconds. */
  static Settings smoke() {
    return new Settings(20, 1, List.of(8, 10), 8, 4, 20, 10, 1, List.of(1e-2), 1);
  }

  Sizes sizes(int length) {
    return new Sizes(length, batch, AddingProblem.INPUT, hidden);
  }
}
