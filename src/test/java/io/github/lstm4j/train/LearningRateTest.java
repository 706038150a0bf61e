package io.github.lstm4j.train;

import static io.github.lstm4j.train.Answers.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.lstm4j.reference.TensorFile;
import org.junit.jupiter.api.Test;

class LearningRateTest {
  @Test
  void schedulesAreThoseOfPyTorch() {
    TensorFile file = Answers.file("schedules");
    LearningRate step = LearningRate.stepDecay(0.3, 4, 0.7);
    LearningRate cosine = LearningRate.cosine(0.3, 0, 25, 0.01);
    for (int k = 0; k < 25; k++) {
      // PyTorch multiplies the rate before, from step to step.
      assertEquals(file.doubles("step")[k], step.at(k), 1e-14, "step " + k);
      assertEquals(file.doubles("cosine")[k], cosine.at(k), 1e-14, "step " + k);
    }
  }

  @Test
  void warmsUpInAStraightLine() {
    LearningRate rate = LearningRate.cosine(0.8, 4, 10, 0.2);
    assertEquals(0.2, rate.at(0), 1e-15);
    assertEquals(0.6, rate.at(2), 1e-15);
    assertEquals(0.8, rate.at(3), 1e-15);
    assertEquals(0.8, rate.at(4), 1e-15);
    assertEquals(0.5, rate.at(7), 1e-15);
    assertEquals(0.2, rate.at(10), 0);
    assertEquals(0.2, rate.at(Long.MAX_VALUE), 0);
    assertEquals(0.1, LearningRate.cosine(1, 10, 10, 0).at(0), 1e-15);
    assertEquals(0, LearningRate.cosine(1, 0, 0, 0).at(0), 0);
    assertEquals(0.3, LearningRate.constant(0.3).at(77), 0);
  }

  @Test
  void refusesArgumentsOutOfRange() {
    assertRefused(() -> LearningRate.constant(-1), "rate", "-1");
    assertEquals(0.25, LearningRate.stepDecay(1, 1, 0.5).at(2), 0);
    assertRefused(() -> LearningRate.stepDecay(-1, 1, 0.5), "rate", "-1");
    assertRefused(() -> LearningRate.cosine(-1, 0, 10, 0), "peak", "-1");
    assertRefused(() -> LearningRate.stepDecay(1, 0, 0.5), "every", "got 0");
    assertRefused(() -> LearningRate.stepDecay(1, 1, Double.NaN), "factor", "NaN");
    assertRefused(() -> LearningRate.cosine(1, 11, 10, 0), "warmUp", "0 to 10", "11");
    assertRefused(() -> LearningRate.cosine(1, -1, 10, 0), "warmUp", "-1");
    assertRefused(() -> LearningRate.cosine(1, 1, 10, -1), "last", "-1");
  }
}
