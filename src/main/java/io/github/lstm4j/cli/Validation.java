package io.github.lstm4j.cli;

import io.github.lstm4j.Tensor;
import java.util.List;

/**
 * What a network makes of the validation examples.
 *
 * @param loss the mean loss
 * @param evaluation of the answers
 */
record Validation(double loss, Evaluation evaluation) {
  /** Runs all validation examples, without dropout. */
  static Validation of(Task task, Network network, int batchSize) {
    network.eval();
    Evaluation evaluation = task.evaluation();
    List<Batch> batches = Batches.sorted(task, task.validation(), batchSize);
    double sum = 0;
    long terms = 0;
    for (Batch batch : batches) {
      Tensor answers = task.answer(network, batch);
      sum += task.loss(batch, answers, null) * task.terms(batch);
      terms += task.terms(batch);
      evaluation.add(batch, answers);
    }
    return new Validation(sum / terms, evaluation);
  }
}
