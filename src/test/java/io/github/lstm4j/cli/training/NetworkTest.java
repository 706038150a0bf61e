package io.github.lstm4j.cli.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lstm4j.Backend;
import io.github.lstm4j.LstmConfig;
import io.github.lstm4j.LstmOptions;
import io.github.lstm4j.Tensor;
import io.github.lstm4j.train.CrossEntropy;
import io.github.lstm4j.train.Parameter;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkTest {
  private static final Sequences TOKENS = new Sequences(new int[][] {{3, 0, 3, 1}, {2}, {1, 1, 4}});

  private static Network network(boolean everyStep, boolean bidirectional, int layers) {
    LstmConfig lstm = LstmConfig.of(3, 4).withNumLayers(layers).withBidirectional(bidirectional);
    NetworkShape shape = new NetworkShape(5, lstm, 3, everyStep);
    Network network = Network.initialize(shape, 9, LstmOptions.of(Backend.JAVA));
    // Larger weights than fresh ones, so that no gradient is too small to be seen.
    for (Parameter parameter : network.parameters()) {
      float[] values = parameter.value().toArray();
      for (int k = 0; k < values.length; k++) {
        values[k] *= 2;
      }
      parameter.value().copyFrom(values);
    }
    return network;
  }

  private static Batch batch(int... examples) {
    return Batch.of(examples, TOKENS::length);
  }

  private static double loss(Network network, Batch batch, boolean backward) {
    Tensor answers = network.forward(batch, TOKENS.packed(batch));
    int[] targets = new int[answers.dim(0)];
    Arrays.setAll(targets, k -> k % 3);
    double loss = CrossEntropy.loss(answers, targets, answers);
    if (backward) {
      network.backward(answers);
    }
    return loss;
  }

  @ParameterizedTest
  @CsvSource({"true,true,2", "false,true,2", "true,false,1", "false,false,1", "false,false,3"})
  void gradientsAgreeWithFiniteDifferences(boolean everyStep, boolean bidirectional, int layers) {
    try (Network network = network(everyStep, bidirectional, layers)) {
      Batch batch = batch(0, 1, 2);
      loss(network, batch, true);
      for (Parameter parameter : network.parameters()) {
        float[] gradient = parameter.gradient().toArray();
        float[] value = parameter.value().toArray();
        double largest = 0;
        for (int k = 0; k < value.length; k++) {
          float step = 0x1p-8f;
          parameter.value().data().put(k, value[k] + step);
          double above = loss(network, batch, false);
          parameter.value().data().put(k, value[k] - step);
          double below = loss(network, batch, false);
          parameter.value().data().put(k, value[k]);
          // The loss of about 1 is rounded to float32 on its way, which division by the step makes
          // some 1e-5; a sixth of the third derivative times the step squared is below 5e-5.
          assertEquals(
              (above - below) / (2 * step), gradient[k], 1e-4, parameter.name() + "[" + k + "]");
          largest = Math.max(largest, Math.abs(gradient[k]));
        }
        assertTrue(largest > 1e-3, parameter.name() + ": all gradients are about zero");
      }
    }
  }

  @Test
  void aSequenceIsAnsweredAloneAsInABatch() {
    try (Network network = network(false, true, 2)) {
      Batch all = batch(0, 1, 2);
      float[] together = network.forward(all, TOKENS.packed(all)).toArray();
      for (int k = 0; k < 3; k++) {
        Batch one = batch(all.examples()[k]);
        float[] alone = network.forward(one, TOKENS.packed(one)).toArray();
        assertArrayEquals(alone, Arrays.copyOfRange(together, 3 * k, 3 * k + 3));
      }
    }
  }

  @Test
  void parametersHavePyTorchsNames() {
    try (Network network = network(true, true, 1)) {
      List<String> names = network.parameters().stream().map(Parameter::name).toList();
      assertEquals("embedding.weight", names.get(0));
      assertTrue(names.contains("lstm.weight_hh_l0_reverse"), names::toString);
      assertEquals(List.of("head.weight", "head.bias"), names.subList(9, 11));
    }
  }

  @Test
  void answersComeBackPerSequence() {
    Batch batch = batch(0, 1, 2);
    float[] logits = new float[batch.rows() * 2];
    // Label 1 for every third token of a sequence, else label 0.
    batch.forEach((row, sequence, step) -> logits[2 * row + (step == 2 ? 1 : 0)] = 1);
    int[][] best = Answers.bestPerSequence(batch, Tensor.of(logits, batch.rows(), 2));
    assertArrayEquals(new int[][] {{0, 0, 1, 0}, {0, 0, 1}, {0}}, best);
  }
}
