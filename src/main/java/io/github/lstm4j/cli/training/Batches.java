package io.github.lstm4j.cli.training;

import io.github.lstm4j.train.CounterRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Cuts examples into batches of similar lengths, whose sequences end together. A function of its
 * arguments alone: a run that is resumed finds the same batches.
 */
final class Batches {
  /** Batches whose examples are sorted by length together; the larger, the less random they are. */
  private static final int BUCKET = 32;

  private Batches() {}

  /** The batches of one epoch of training, in random order; the last examples may be fewer. */
  static List<Batch> shuffled(Task task, int batchSize, long seed, int epoch) {
    int[] examples = task.training();
    int[] order = CounterRandom.permutation(examples.length, seed, 2L * epoch);
    for (int k = 0; k < order.length; k++) {
      order[k] = examples[order[k]];
    }
    List<Batch> batches = new ArrayList<>();
    int bucket = (int) Math.min(order.length, (long) batchSize * BUCKET);
    for (int from = 0; from < order.length; from += bucket) {
      batches.addAll(
          sorted(
              task,
              Arrays.copyOfRange(order, from, Math.min(order.length, from + bucket)),
              batchSize));
    }
    int[] turns = CounterRandom.permutation(batches.size(), seed, 2L * epoch + 1);
    return Arrays.stream(turns).mapToObj(batches::get).toList();
  }

  /** Batches of given examples, the longest first. */
  static List<Batch> sorted(Task task, int[] examples, int batchSize) {
    int[] order =
        Arrays.stream(examples)
            .boxed()
            .sorted(Comparator.comparing(k -> -task.length(k)))
            .mapToInt(k -> k)
            .toArray();
    List<Batch> batches = new ArrayList<>();
    for (int from = 0; from < order.length; from += batchSize) {
      int to = Math.min(order.length, from + batchSize);
      batches.add(Batch.of(Arrays.copyOfRange(order, from, to), task::length));
    }
    return batches;
  }
}
