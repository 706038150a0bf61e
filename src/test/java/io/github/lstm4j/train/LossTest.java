package io.github.lstm4j.train;

import static io.github.lstm4j.train.Answers.assertClose;
import static io.github.lstm4j.train.Answers.assertLoss;
import static io.github.lstm4j.train.Answers.assertRefused;
import static io.github.lstm4j.train.Answers.random;
import static io.github.lstm4j.train.Answers.tensor;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lstm4j.Tensor;
import io.github.lstm4j.reference.TensorFile;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

class LossTest {
  private static final int IGNORE = CrossEntropy.IGNORE;

  @Test
  void squaredErrorAnswersAsPyTorchDoes() {
    TensorFile file = Answers.file("layers");
    Tensor predicted = tensor(file, "mse.predicted");
    Tensor target = tensor(file, "mse.target");
    Tensor gradient = Tensor.allocate(6, 5, 3);
    assertLoss(file, "mse.loss", MeanSquaredError.loss(predicted, target, gradient));
    assertClose(file, "mse.gradient", gradient);
    assertLoss(file, "mse.loss", MeanSquaredError.loss(predicted, target, null));
    assertLoss(file, "mse.loss", MeanSquaredError.loss(predicted, target, predicted));
    assertArrayEquals(gradient.toArray(), predicted.toArray());
  }

  @Test
  void crossEntropyAnswersAsPyTorchDoes() {
    TensorFile file = Answers.file("layers");
    Tensor logits = tensor(file, "ce.logits");
    int[] targets = Answers.ints(file, "ce.targets");
    Tensor gradient = Tensor.allocate(29, 7).fill(9);
    assertLoss(file, "ce.loss", CrossEntropy.loss(logits, targets, gradient));
    assertClose(file, "ce.gradient", gradient);
    for (int r : new int[] {0, 9, 28}) {
      assertEquals(IGNORE, targets[r]);
      for (int c = 0; c < 7; c++) {
        assertEquals(0, gradient.get(r, c));
      }
    }
    Tensor probabilities = Tensor.allocate(29, 7);
    CrossEntropy.probabilities(logits, probabilities);
    assertClose(file, "ce.softmax", probabilities);
    assertLoss(file, "ce.loss", CrossEntropy.loss(logits, targets, null));
    assertLoss(file, "ce.loss", CrossEntropy.loss(logits.reshape(29, 1, 7), targets, null));
    assertLoss(file, "ce.loss", CrossEntropy.loss(logits, targets, logits));
    assertArrayEquals(gradient.toArray(), logits.toArray());
  }

  @Test
  void gradientsAreThoseOfFiniteDifferences() {
    for (int seed = 0; seed < 20; seed++) {
      int rows = 1 + seed % 5;
      int classes = 1 + seed % 7;
      Tensor x = random(seed, rows, classes);
      Tensor y = random(seed + 100, rows, classes);
      int[] targets = CounterRandom.permutation(Math.max(rows, classes), seed, 0);
      int[] some = new int[rows];
      for (int r = 0; r < rows; r++) {
        some[r] = r == 3 ? IGNORE : targets[r] % classes;
      }
      Tensor gradient = Tensor.allocate(rows, classes);
      MeanSquaredError.loss(x, y, gradient);
      assertDifferences(x, gradient, t -> MeanSquaredError.loss(t, y, null));
      CrossEntropy.loss(x, some, gradient);
      assertDifferences(x, gradient, t -> CrossEntropy.loss(t, some, null));
    }
  }

  /** The steps are float32 numbers, and exact; what is left is of third order in the step. */
  private static void assertDifferences(Tensor x, Tensor gradient, ToDoubleFunction<Tensor> loss) {
    float[] values = x.toArray();
    float[] gradients = gradient.toArray();
    for (int k = 0; k < values.length; k++) {
      float[] moved = values.clone();
      moved[k] = values[k] + 0x1p-9f;
      double up = loss.applyAsDouble(Tensor.of(moved, x.shape()));
      double width = moved[k];
      moved[k] = values[k] - 0x1p-9f;
      double down = loss.applyAsDouble(Tensor.of(moved, x.shape()));
      width -= moved[k];
      assertEquals((up - down) / width, gradients[k], 2e-6, "element " + k);
    }
  }

  /** PyTorch answers NaN here. */
  @Test
  void theMeanOverNothingIsZero() {
    Tensor gradient = Tensor.allocate(2, 3).fill(9);
    int[] padding = {IGNORE, IGNORE};
    assertEquals(0, CrossEntropy.loss(random(1, 2, 3), padding, gradient));
    assertArrayEquals(new float[6], gradient.toArray());
    assertEquals(0, CrossEntropy.loss(Tensor.allocate(0, 3), new int[0], Tensor.allocate(0, 3)));
    Tensor empty = Tensor.allocate(0, 3);
    assertEquals(0, MeanSquaredError.loss(empty, Tensor.allocate(0, 3), empty));
  }

  @Test
  void notANumberComesOutAgain() {
    Tensor x = random(1, 2, 3);
    x.set(Float.NaN, 1, 2);
    assertTrue(Double.isNaN(CrossEntropy.loss(x, new int[] {0, 1}, null)));
    double other = CrossEntropy.loss(x, new int[] {0, IGNORE}, null);
    assertTrue(other > 0 && other < 10, "an ignored row is not read, got " + other);
    assertTrue(Double.isNaN(MeanSquaredError.loss(x, random(2, 2, 3), null)));
  }

  @Test
  void refusesWhatDoesNotFitAndWritesNothing() {
    Tensor x = random(1, 2, 3);
    Tensor gradient = Tensor.allocate(2, 3).fill(9);
    int[] targets = {0, 2};
    assertRefused(
        () -> CrossEntropy.loss(x, new int[] {0, 3}, gradient), "targets[1]", "0..2", "got 3");
    assertRefused(() -> CrossEntropy.loss(x, new int[] {-1, 0}, gradient), "targets[0]", "-1");
    assertRefused(() -> CrossEntropy.loss(x, new int[3], gradient), "logits", "3 rows", "[2, 3]");
    assertRefused(() -> CrossEntropy.loss(x, null, gradient), "targets", "null");
    assertRefused(() -> CrossEntropy.loss(null, targets, gradient), "logits", "null");
    assertRefused(() -> CrossEntropy.loss(Tensor.allocate(), targets, null), "[.., C]");
    assertRefused(() -> CrossEntropy.loss(Tensor.allocate(2, 0), targets, null), "[.., C]");
    assertRefused(
        () -> CrossEntropy.loss(x, targets, Tensor.allocate(3, 2)), "gradient", "[2, 3]", "[3, 2]");
    assertRefused(() -> CrossEntropy.probabilities(x, Tensor.allocate(6)), "into", "[6]");
    assertRefused(() -> MeanSquaredError.loss(x, Tensor.allocate(6), gradient), "target", "[6]");
    assertRefused(() -> MeanSquaredError.loss(x, x, Tensor.allocate(6)), "gradient", "[6]");
    Tensor closed = Tensor.allocate(2, 3);
    closed.close();
    assertThrows(IllegalStateException.class, () -> MeanSquaredError.loss(x, closed, gradient));
    assertThrows(IllegalStateException.class, () -> CrossEntropy.loss(closed, targets, gradient));
    assertArrayEquals(new float[] {9, 9, 9, 9, 9, 9}, gradient.toArray());
  }
}
