package io.github.lstm4j.cli.training;

import io.github.lstm4j.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * What a network makes of the validation examples.
 *
 * @param loss the mean loss
 * @param evaluation of the answers
 */
record Validation(double loss, Evaluation evaluation) {
  /** Runs all validation examples, without dropout. */
  static Validation of(Task task, Network network, int batchSize) {
    return of(task, network, batchSize, () -> false).orElseThrow();
  }

  /**
   * Runs all validation examples, without dropout.
   *
   * @param stop asked before every batch
   * @return nothing if it said yes
   */
  static Optional<Validation> of(Task task, Network network, int batchSize, BooleanSupplier stop) {
    network.eval();
    Evaluation evaluation = task.evaluation();
    List<Batch> batches = Batches.sorted(task, task.validation(), batchSize);
    double sum = 0;
    long terms = 0;
    for (Batch batch : batches) {
      if (stop.getAsBoolean()) {
        return Optional.empty();
      }
      Tensor answers = task.answer(network, batch);
      sum += task.loss(batch, answers, null) * task.terms(batch);
      terms += task.terms(batch);
      evaluation.add(batch, answers);
    }
    return Optional.of(new Validation(sum / terms, evaluation));
  }
}
