package io.github.lstm4j.cli.training;

import io.github.lstm4j.Tensor;
import java.util.Map;

/** What is learnt: examples in two parts, what the network reads of them, and a loss. */
public interface Task {
  /** The word after {@code train}. */
  String kind();

  /** The examples for training, by number. */
  int[] training();

  /** The examples for validation, by number; never learnt from. */
  int[] validation();

  /** How many elements an example has. */
  int length(int example);

  /** Lets the network answer the examples of a batch. */
  Tensor answer(Network network, Batch batch);

  /**
   * Computes the mean loss of answers to a batch.
   *
   * @param gradient written, unless it is null; may be {@code answers} themselves
   */
  double loss(Batch batch, Tensor answers, Tensor gradient);

  /** Over how many terms {@link #loss} takes the mean. */
  int terms(Batch batch);

  /** Starts an evaluation. */
  Evaluation evaluation();

  /** What a program must know beside the tensors in order to predict: the model's metadata. */
  Map<String, String> metadata();
}
