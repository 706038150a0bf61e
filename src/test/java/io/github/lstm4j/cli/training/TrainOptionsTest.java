package io.github.lstm4j.cli.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lstm4j.Backend;
import io.github.lstm4j.LstmOptions;
import io.github.lstm4j.Tensor;
import io.github.lstm4j.train.Adam;
import io.github.lstm4j.train.AdamW;
import io.github.lstm4j.train.LearningRate;
import io.github.lstm4j.train.Optimizer;
import io.github.lstm4j.train.Parameter;
import io.github.lstm4j.train.Sgd;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the options of a training do, not only that they are taken. */
class TrainOptionsTest {
  @TempDir Path dir;

  @Test
  void theSchedulesAreThoseOfTheHelp() {
    LearningRate cosine =
        TrainingSample.options("--lr-schedule=cosine", "--epochs=20", "--learning-rate=0.5")
            .rate(5);
    LearningRate warmedUp = LearningRate.cosine(0.5, 5, 100, 0);
    for (int k = 0; k < 100; k++) {
      assertEquals(warmedUp.at(k), cosine.at(k), "update " + k);
    }
    // A third of 10 updates is done after 4.
    LearningRate step =
        TrainingSample.options("--lr-schedule=step", "--epochs=10", "--learning-rate=0.5").rate(1);
    assertEquals(0.5, step.at(3));
    assertEquals(0.05, step.at(4), 1e-15);
    assertEquals(0.005, step.at(8), 1e-15);
  }

  @Test
  void theOptimizersAreThoseOfTheHelp() {
    assertSteps("sgd", p -> new Sgd(p, 0.1, 0.9, 0, 0.5, false));
    assertSteps("adam", p -> new Adam(p, 0.1, 0.9, 0.999, 1e-8, 0.5));
    assertSteps("adamw", p -> new AdamW(p, 0.1, 0.9, 0.999, 1e-8, 0.5));
  }

  private static void assertSteps(String name, Function<List<Parameter>, Optimizer> expected) {
    TrainOptions options =
        TrainingSample.options("--optimizer=" + name, "--learning-rate=0.1", "--weight-decay=0.5");
    assertArrayEquals(threeSteps(expected), threeSteps(options::newOptimizer), name);
  }

  private static float[] threeSteps(Function<List<Parameter>, Optimizer> of) {
    Tensor value = Tensor.of(new float[] {3, -1}, 2);
    Tensor gradient = Tensor.allocate(2);
    Optimizer optimizer = of.apply(List.of(new Parameter("p", value, gradient)));
    for (int k = 1; k <= 3; k++) {
      gradient.fill(k * k);
      optimizer.step();
    }
    return value.toArray();
  }

  private ClassifyTask task() throws IOException {
    Path data = TrainingSample.texts(dir.resolve("texts.tsv"));
    LabelledTexts texts = LabelledTexts.read(data, TokenKind.CHARACTERS);
    Split split = Split.random("texts", texts.labels().size(), 0.2, 0);
    return new ClassifyTask(texts, TokenKind.CHARACTERS, split, 1);
  }

  private static Network network(ClassifyTask task, TrainOptions options) {
    return Network.initialize(
        task.shape(options.layers.toConfig(4)), 0, LstmOptions.of(Backend.JAVA));
  }

  @Test
  void everyUpdateDropsOthers() throws IOException {
    TrainOptions options =
        TrainingSample.options("--num-layers=2", "--dropout=0.5", "--learning-rate=0");
    ClassifyTask task = task();
    try (Network network = network(task, options)) {
      Updates updates = new Updates(task, network, options);
      Batch batch = Batch.of(task.training(), task::length);
      assertNotEquals(updates.update(batch), updates.update(batch));
    }
  }

  /** 96 texts to learn from make 3 updates of an epoch, and 60 of 20: 3 are for the warm-up. */
  @Test
  void theScheduleCountsUpdates() throws IOException {
    TrainOptions options =
        TrainingSample.options(
            "--lr-schedule=cosine", "--epochs=20", "--batch-size=40", "--learning-rate=0.3");
    ClassifyTask task = task();
    try (Network network = network(task, options)) {
      Updates updates = new Updates(task, network, options);
      updates.update(Batch.of(task.training(), task::length));
      assertEquals(0.1, updates.learningRate(), 1e-12);
    }
  }

  @Test
  void gradientsAreClippedUnlessTheirNormMayBeAny() throws IOException {
    assertEquals(0.01, firstChange("--clip-norm=0.01"), 1e-5);
    assertTrue(firstChange("--clip-norm=0") > 0.1);
  }

  /** The Euclidean norm of SGD's first step at rate 1: that of the gradients. */
  private double firstChange(String clipNorm) throws IOException {
    TrainOptions options = TrainingSample.options("--optimizer=sgd", "--learning-rate=1", clipNorm);
    ClassifyTask task = task();
    try (Network network = network(task, options)) {
      List<float[]> before = network.parameters().stream().map(p -> p.value().toArray()).toList();
      new Updates(task, network, options).update(Batch.of(task.training(), task::length));
      double squares = 0;
      for (int n = 0; n < before.size(); n++) {
        float[] after = network.parameters().get(n).value().toArray();
        for (int k = 0; k < after.length; k++) {
          squares += Math.pow((double) after[k] - before.get(n)[k], 2);
        }
      }
      return Math.sqrt(squares);
    }
  }

  @Test
  void validationIsWithoutDropoutAndAMeanOverAllExamples() throws IOException {
    TrainOptions options = TrainingSample.options("--num-layers=2", "--dropout=0.5");
    ClassifyTask task = task();
    try (Network network = network(task, options)) {
      network.train(1);
      double atOnce = Validation.of(task, network, 24).loss();
      network.train(1);
      assertEquals(atOnce, Validation.of(task, network, 7).loss(), 1e-6); // 7, 7, 7 and 3
    }
  }
}
