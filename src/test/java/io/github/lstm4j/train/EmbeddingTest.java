package io.github.lstm4j.train;

import static io.github.lstm4j.train.Answers.assertClose;
import static io.github.lstm4j.train.Answers.assertRefused;
import static io.github.lstm4j.train.Answers.random;
import static io.github.lstm4j.train.Answers.tensor;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.lstm4j.Tensor;
import io.github.lstm4j.reference.TensorFile;
import org.junit.jupiter.api.Test;

class EmbeddingTest {
  @Test
  void answersAsPyTorchDoes() {
    TensorFile file = Answers.file("layers");
    Embedding embedding = Embedding.of(tensor(file, "embedding.weight"), 2);
    int[] indices = Answers.ints(file, "embedding.indices");
    Tensor y = Tensor.allocate(4, 7, 5);
    embedding.forward(indices, y);
    embedding.backward(indices, tensor(file, "embedding.dy"), false);
    assertArrayEquals(file.floats("f32.embedding.y"), y.toArray());
    assertClose(file, "embedding.dweight", embedding.parameters("").get(0).gradient());
  }

  @Test
  void accumulatesOrOverwrites() {
    Embedding embedding = Embedding.initialize(300, 4, Embedding.NO_PADDING, 1);
    Parameter weight = embedding.parameters("embedding.").get(0);
    assertEquals("embedding.weight", weight.name());
    int[] indices = {299, 0, 299};
    Tensor ones = Tensor.allocate(3, 4).fill(1);
    weight.gradient().fill(9);
    embedding.backward(indices, ones, false);
    embedding.backward(indices, ones, true);
    assertEquals(4, weight.gradient().get(299, 3));
    assertEquals(2, weight.gradient().get(0, 0));
    assertEquals(0, weight.gradient().get(1, 0));
    assertEquals(0, weight.gradient().get(298, 3));
  }

  @Test
  void startsNormallyDistributedButForThePadding() {
    assertEquals("Embedding(3, 2, padding_idx=1)", Embedding.initialize(3, 2, 1, 1).toString());
    assertEquals("Embedding(3, 2)", Embedding.initialize(3, 2, -1, 1).toString());
    float[] weight = Embedding.initialize(500, 40, 3, 5).parameters("").get(0).value().toArray();
    double sum = 0;
    double squares = 0;
    for (int k = 0; k < weight.length; k++) {
      assertEquals(k / 40 == 3, weight[k] == 0, "element " + k);
      sum += weight[k];
      squares += weight[k] * (double) weight[k];
    }
    int n = weight.length - 40;
    // Six standard deviations of the mean and of the mean square of n draws from N(0, 1).
    assertEquals(0, sum / n, 6 / Math.sqrt(n));
    assertEquals(1, squares / n, 6 * Math.sqrt(2.0 / n));
  }

  @Test
  void refusesWhatDoesNotFitAndWritesNothing() {
    Embedding embedding = Embedding.of(random(1, 5, 3), 0);
    Tensor into = Tensor.allocate(2, 3).fill(7);
    int[] tooLarge = {1, 5};
    assertRefused(() -> embedding.forward(tooLarge, into), "indices[1]", "0..4", "got 5");
    assertRefused(() -> embedding.forward(new int[] {-1, 1}, into), "indices[0]", "0..4", "-1");
    assertRefused(() -> embedding.forward(null, into), "indices", "null");
    assertRefused(() -> embedding.forward(new int[1], into), "into", "1 rows of 3", "[2, 3]");
    assertRefused(() -> embedding.forward(new int[2], Tensor.allocate(3, 2)), "into", "[.., 3]");
    Tensor weight = embedding.parameters("").get(0).value();
    assertRefused(() -> embedding.forward(new int[5], weight), "into:", "memory of its own");
    assertArrayEquals(new float[] {7, 7, 7, 7, 7, 7}, into.toArray());
    Tensor gradient = embedding.parameters("").get(0).gradient().fill(1);
    assertRefused(() -> embedding.backward(tooLarge, into, false), "indices[1]");
    Tensor closed = Tensor.allocate(2, 3);
    closed.close();
    assertThrows(IllegalStateException.class, () -> embedding.backward(new int[2], closed, false));
    assertEquals(1, gradient.get(4, 2));
    assertRefused(() -> Embedding.of(Tensor.allocate(5), 0), "weight", "[V, E]", "[5]");
    assertRefused(() -> Embedding.of(Tensor.allocate(0, 3), -1), "weight", "[V, E]", "[0, 3]");
    assertRefused(() -> Embedding.of(into, 2), "paddingIndex", "0..1", "got 2");
    assertRefused(() -> Embedding.of(into, -2), "paddingIndex", "0..1", "got -2");
    assertRefused(() -> Embedding.initialize(0, 3, -1, 1), "numEmbeddings", "got 0");
    assertRefused(() -> Embedding.initialize(3, 0, -1, 1), "embeddingDim", "got 0");
  }
}
