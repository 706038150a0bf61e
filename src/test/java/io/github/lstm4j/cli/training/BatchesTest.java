package io.github.lstm4j.cli.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lstm4j.PackedSequence;
import io.github.lstm4j.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchesTest {
  /** Examples with lengths and nothing else. */
  private record Lengths(int[] lengths) implements Task {
    @Override
    public String kind() {
      return "test";
    }

    @Override
    public int[] training() {
      return IntStream.range(0, lengths.length).toArray();
    }

    @Override
    public int[] validation() {
      return training();
    }

    @Override
    public int length(int example) {
      return lengths[example];
    }

    @Override
    public Tensor answer(Network network, Batch batch) {
      throw new AssertionError();
    }

    @Override
    public double loss(Batch batch, Tensor answers, Tensor gradient) {
      throw new AssertionError();
    }

    @Override
    public int terms(Batch batch) {
      throw new AssertionError();
    }

    @Override
    public Evaluation evaluation() {
      throw new AssertionError();
    }

    @Override
    public Map<String, String> metadata() {
      return Map.of();
    }
  }

  private static Lengths lengths(int count) {
    return new Lengths(IntStream.range(0, count).map(k -> 1 + k * 37 % 50).toArray());
  }

  private static List<Integer> examples(List<Batch> batches) {
    List<Integer> all = new ArrayList<>();
    batches.forEach(batch -> Arrays.stream(batch.examples()).forEach(all::add));
    return all;
  }

  @Test
  void everyExampleComesOnceInAnEpochInAnotherOrder() {
    Lengths task = lengths(1003);
    List<Batch> first = Batches.shuffled(task, 8, 5, 0);
    assertEquals(126, first.size());
    assertEquals(
        IntStream.range(0, 1003).boxed().toList(), examples(first).stream().sorted().toList());
    assertEquals(examples(first), examples(Batches.shuffled(task, 8, 5, 0)));
    assertFalse(examples(first).equals(examples(Batches.shuffled(task, 8, 5, 1))));
    assertFalse(examples(first).equals(examples(Batches.shuffled(task, 8, 6, 0))));
  }

  @Test
  void sequencesOfABatchHaveSimilarLengths() {
    Lengths task = lengths(1024);
    long padded = 0;
    for (Batch batch : Batches.shuffled(task, 8, 5, 0)) {
      padded += (long) batch.sizes().length * batch.count() - batch.rows();
    }
    // Without buckets the longest of 8 lengths from 1 to 50 is about 44, the mean 25.5.
    assertTrue(padded < 0.05 * 1024 * 25.5, "" + padded);
  }

  @Test
  void packedAsTheModelPacks() {
    Lengths task = new Lengths(new int[] {2, 4, 1, 4});
    Batch batch = Batch.of(task.training(), task::length);
    Tensor padded = Tensor.allocate(4, 4, 1); // [B, T, 1]: example and step in one number
    for (int b = 0; b < 4; b++) {
      for (int t = 0; t < 4; t++) {
        padded.set(10 * b + t, b, t, 0);
      }
    }
    PackedSequence expected = PackedSequence.pack(padded, task.lengths, true, false);
    assertArrayEquals(expected.batchSizes(), batch.sizes());
    float[] rows = new float[batch.rows()];
    batch.forEach((row, sequence, step) -> rows[row] = 10 * batch.examples()[sequence] + step);
    assertArrayEquals(expected.data().toArray(), rows);
  }

  @Test
  void theLongestComeFirstToJudge() {
    Lengths task = new Lengths(new int[] {2, 4, 1, 4});
    assertEquals(List.of(1, 3, 0, 2), examples(Batches.sorted(task, task.validation(), 3)));
  }
}
