package io.github.lstm4j.train;

import static io.github.lstm4j.train.Answers.assertRefused;
import static io.github.lstm4j.train.Answers.parameter;
import static io.github.lstm4j.train.Answers.random;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.lstm4j.LstmConfig;
import io.github.lstm4j.LstmParameters;
import io.github.lstm4j.Tensor;
import io.github.lstm4j.io.CheckpointException;
import io.github.lstm4j.io.LstmFiles;
import io.github.lstm4j.io.Safetensors;
import io.github.lstm4j.reference.TensorFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingCheckpointTest {
  private static final LstmConfig CONFIG = LstmConfig.of(3, 4);

  @TempDir Path folder;

  /** An embedding, an LSTM and a head whose gradients are functions of the values. */
  private static List<Parameter> model(long seed) {
    List<Parameter> parameters = new ArrayList<>();
    parameters.addAll(Embedding.initialize(7, 3, 0, seed).parameters("embedding."));
    LstmParameters lstm = LstmParameters.initialize(CONFIG, seed);
    parameters.addAll(Parameter.of("lstm.", lstm, LstmParameters.zeros(CONFIG)));
    parameters.addAll(Linear.initialize(4, 5, seed).parameters("head."));
    return parameters;
  }

  private static void step(List<Parameter> parameters, Optimizer optimizer, int count) {
    LearningRate schedule = LearningRate.cosine(0.05, 3, 20, 0);
    for (int k = 0; k < count; k++) {
      for (Parameter parameter : parameters) {
        float[] gradient = parameter.value().toArray();
        for (int j = 0; j < gradient.length; j++) {
          double noise = CounterRandom.gaussian(optimizer.steps(), j);
          gradient[j] = 0.5f * gradient[j] + (float) noise;
        }
        parameter.gradient().copyFrom(gradient);
      }
      optimizer.setLearningRate(schedule.at(optimizer.steps()));
      optimizer.step();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sgd", "momentum", "adam", "adamw"})
  void aResumedRunEndsInTheSameBits(String name) throws IOException {
    Function<List<Parameter>, Optimizer> make =
        switch (name) {
          case "sgd" -> p -> new Sgd(p, 0.1);
          case "momentum" -> p -> new Sgd(p, 0.1, 0.9, 0.1, 0.01, false);
          case "adam" -> p -> new Adam(p, 0.1);
          default -> p -> new AdamW(p, 0.1);
        };
    List<Parameter> straight = model(1);
    Optimizer straightOptimizer = make.apply(straight);
    step(straight, straightOptimizer, 4);
    Path file = folder.resolve("run.safetensors");
    TrainingCheckpoint.save(file, straight, straightOptimizer, Map.of("epoch", "2", "seed", "-1"));
    step(straight, straightOptimizer, 5);

    List<Parameter> resumed = model(2);
    Optimizer resumedOptimizer = make.apply(resumed);
    Map<String, String> metadata = TrainingCheckpoint.load(file, resumed, resumedOptimizer);
    assertEquals("2", metadata.get("epoch"));
    assertEquals("-1", metadata.get("seed"));
    assertEquals(4, resumedOptimizer.steps());
    assertEquals(LearningRate.cosine(0.05, 3, 20, 0).at(3), resumedOptimizer.learningRate());
    step(resumed, resumedOptimizer, 5);
    assertEquals(9, resumedOptimizer.steps());
    assertSameBits(straight, resumed);
    for (Map.Entry<String, Tensor> entry : straightOptimizer.state().entrySet()) {
      float[] state = resumedOptimizer.state().get(entry.getKey()).toArray();
      assertArrayEquals(entry.getValue().toArray(), state, entry.getKey());
    }
  }

  private static void assertSameBits(List<Parameter> expected, List<Parameter> actual) {
    for (int k = 0; k < expected.size(); k++) {
      String name = expected.get(k).name();
      assertArrayEquals(expected.get(k).value().toArray(), actual.get(k).value().toArray(), name);
    }
  }

  @Test
  void theModelAloneIsReadFromAnyOfItsFiles() throws IOException {
    List<Parameter> parameters = model(1);
    Optimizer optimizer = new Adam(parameters, 0.1);
    step(parameters, optimizer, 1);
    Path run = folder.resolve("run.safetensors");
    Path model = folder.resolve("model.safetensors");
    TrainingCheckpoint.save(run, parameters, optimizer, Map.of());
    TrainingCheckpoint.save(model, parameters, null, Map.of("lstm4j.batch_first", "true"));
    for (Path file : List.of(run, model)) {
      List<Parameter> other = model(2);
      TrainingCheckpoint.load(file, other, null);
      assertSameBits(parameters, other);
      LstmParameters lstm = LstmFiles.load(file);
      assertEquals(file == model, lstm.config().batchFirst());
      assertArrayEquals(parameters.get(1).value().toArray(), lstm.get("weight_ih_l0").toArray());
    }
    assertTrue(Files.size(model) < Files.size(run));
    assertRejected(model, model(2), optimizer, "optimizer.embedding.weight.exp_avg", "no such");
  }

  /** An LSTM under its plain names, beside the optimiser's state: still found as an LSTM. */
  @Test
  void anLstmWithoutAPrefixIsFoundToo() throws IOException {
    LstmParameters lstm = LstmParameters.initialize(CONFIG, 1);
    List<Parameter> parameters = Parameter.of("", lstm, LstmParameters.zeros(CONFIG));
    Path file = folder.resolve("run.safetensors");
    TrainingCheckpoint.save(file, parameters, new AdamW(parameters, 0.1), Map.of());
    assertEquals(CONFIG, LstmFiles.load(file).config());
  }

  @Test
  void resumesWhatPyTorchBegan() throws IOException {
    List<Parameter> parameters = new ArrayList<>();
    Embedding embedding = Embedding.initialize(5, 3, Embedding.NO_PADDING, 1);
    parameters.addAll(embedding.parameters("embedding."));
    parameters.addAll(Linear.initialize(3, 2, 1).parameters("head."));
    Optimizer optimizer = new AdamW(parameters, 1);
    Path file = folder.resolve("checkpoint.safetensors");
    try (InputStream in =
        TrainingCheckpointTest.class.getResourceAsStream("/train/checkpoint.safetensors")) {
      Files.copy(in, file);
    }
    assertEquals("1", TrainingCheckpoint.load(file, parameters, optimizer).get("epoch"));
    TensorFile torch = Answers.file("resumed");
    for (int step = 3; step < 5; step++) {
      for (Parameter parameter : parameters) {
        float[] all = torch.floats("gradients." + parameter.name());
        int size = parameter.gradient().size();
        parameter.gradient().copyFrom(Arrays.copyOfRange(all, step * size, (step + 1) * size));
      }
      optimizer.step();
    }
    for (Parameter parameter : parameters) {
      // Values below 4 in float32; the two steps move them by 0.02 each.
      assertArrayEquals(
          torch.floats("after." + parameter.name()), parameter.value().toArray(), 1e-6f);
    }
  }

  /** Needs torch: {@code -Dlstm4j.python=/usr/bin/python3}. */
  @Test
  void pyTorchResumesWhatWeBegan() throws Exception {
    String python = System.getProperty("lstm4j.python");
    assumeTrue(python != null, "-Dlstm4j.python names no Python with torch");
    List<Parameter> parameters = model(1);
    Optimizer optimizer = new Adam(parameters, 0.1);
    step(parameters, optimizer, 3);
    Path saved = folder.resolve("saved.safetensors");
    Path resumed = folder.resolve("resumed.safetensors");
    TrainingCheckpoint.save(saved, parameters, optimizer, Map.of());
    for (int k = 0; k < 2; k++) {
      for (Parameter parameter : parameters) {
        float[] gradient = parameter.value().toArray();
        for (int j = 0; j < gradient.length; j++) {
          gradient[j] = 0.5f * gradient[j] + 0.01f;
        }
        parameter.gradient().copyFrom(gradient);
      }
      optimizer.step();
    }
    TrainingCheckpoint.save(resumed, parameters, optimizer, Map.of());
    String script = "src/test/python/read_checkpoint.py";
    Process process =
        new ProcessBuilder(python, script, saved.toString(), resumed.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
  }

  @Test
  void aFailedSaveLeavesTheOldFile() throws IOException {
    List<Parameter> parameters = model(1);
    Path file = folder.resolve("run.safetensors");
    assertThrows(
        IllegalArgumentException.class,
        () -> TrainingCheckpoint.save(file, parameters, null, null));
    TrainingCheckpoint.save(file, parameters, null, Map.of());
    byte[] before = Files.readAllBytes(file);
    List<Parameter> broken = model(2);
    broken.get(broken.size() - 1).value().close();
    assertThrows(
        IllegalStateException.class, () -> TrainingCheckpoint.save(file, broken, null, Map.of()));
    assertArrayEquals(before, Files.readAllBytes(file));
  }

  @Test
  void aClosedTensorStopsALoadBeforeItWrites() throws IOException {
    Path file = folder.resolve("run.safetensors");
    TrainingCheckpoint.save(file, model(1), null, Map.of());
    List<Parameter> into = model(2);
    float[] before = into.get(0).value().toArray();
    into.get(into.size() - 1).value().close();
    assertThrows(IllegalStateException.class, () -> TrainingCheckpoint.load(file, into, null));
    assertArrayEquals(before, into.get(0).value().toArray());
  }

  @Test
  void saysWhatDoesNotFitAndWritesNothing() throws IOException {
    List<Parameter> small = List.of(parameter("a", random(1, 2, 3)), parameter("b", random(2, 4)));
    Path file = folder.resolve("run.safetensors");
    TrainingCheckpoint.save(file, small, new Adam(small, 0.1), Map.of());

    List<Parameter> missing = List.of(small.get(0), small.get(1), parameter("c", random(3, 1)));
    assertRejected(file, missing, null, "c", "[1]", "no such tensor");
    assertRejected(
        file, List.of(small.get(0)), null, "the parameters alone", "found also b F32 [4]");
    List<Parameter> misshapen =
        List.of(parameter("a", random(1, 2, 3)), parameter("b", random(2, 2, 2)));
    assertRejected(file, misshapen, null, "b", "b: expected shape [2, 2], found [4]");
    Optimizer sgd = new Sgd(small, 0.1, 0.9, 0, 0, false);
    assertRejected(file, small, sgd, "optimizer.a.momentum_buffer", "no such tensor");
    Optimizer plain = new Sgd(small, 0.1);
    assertRejected(file, small, plain, "state alone", "found also optimizer.a.exp_avg");
  }

  @Test
  void refusesMetadataThatIsMissingOrOutOfRange() throws IOException {
    List<Parameter> p = List.of(parameter("a", random(1, 2)));
    Optimizer optimizer = new Sgd(p, 0.1);
    optimizer.setSteps(5);
    assertRejected(metadata(p, Map.of()), p, optimizer, "lstm4j.steps", "none");
    for (String steps : List.of("-1", "1.5", "", "9".repeat(30), "x".repeat(9999))) {
      Path file = metadata(p, Map.of("lstm4j.steps", steps, "lstm4j.learning_rate", "0.1"));
      assertRejected(file, p, optimizer, "lstm4j.steps");
    }
    for (String rate : List.of("-1", "NaN", "Infinity", "", "fast")) {
      Path file = metadata(p, Map.of("lstm4j.steps", "7", "lstm4j.learning_rate", rate));
      assertRejected(file, p, optimizer, "lstm4j.learning_rate", "0 or more", rate);
    }
    assertEquals(5, optimizer.steps());
    assertEquals(0.1, optimizer.learningRate());
  }

  private Path metadata(List<Parameter> parameters, Map<String, String> metadata)
      throws IOException {
    Path file = folder.resolve("made.safetensors");
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    parameters.forEach(parameter -> tensors.put(parameter.name(), random(9, 2)));
    Safetensors.write(file, tensors, metadata);
    return file;
  }

  @Test
  void damagedFilesAreRejectedOrReadNeverHalf() throws IOException {
    List<Parameter> parameters = List.of(parameter("a", random(1, 40)));
    Path file = folder.resolve("run.safetensors");
    TrainingCheckpoint.save(file, parameters, new Adam(parameters, 0.1), Map.of());
    byte[] whole = Files.readAllBytes(file);
    int rejected = 0;
    for (int k = 0; k < 600; k++) {
      byte[] damaged = whole.clone();
      int at = (int) (CounterRandom.uniform(1, k) * 400); // mostly in the header
      damaged[at] = (byte) CounterRandom.bits(2, k);
      Files.write(file, k % 3 == 0 ? Arrays.copyOf(whole, at) : damaged);
      List<Parameter> into = List.of(parameter("a", Tensor.allocate(40)));
      try {
        TrainingCheckpoint.load(file, into, new Adam(into, 0.1));
      } catch (CheckpointException e) {
        rejected++;
        assertTrue(e.getMessage().startsWith(file.toString()), e.getMessage());
        assertFalse(e.getMessage().contains("\n"), e.getMessage());
        assertArrayEquals(new float[40], into.get(0).value().toArray());
      }
    }
    assertTrue(rejected > 300 && rejected < 600, "rejected " + rejected);
  }

  @Test
  void refusesNamesThatWouldBeMistaken() {
    Path file = folder.resolve("run.safetensors");
    Parameter a = parameter("a", random(1, 2));
    List<Parameter> twice = List.of(a, parameter("a", random(2, 2)));
    assertRefused(() -> TrainingCheckpoint.save(file, twice, null, Map.of()), "once", "a");
    List<Parameter> state = List.of(parameter("optimizer.a", random(1, 2)));
    assertRefused(() -> TrainingCheckpoint.save(file, state, null, Map.of()), "optimizer.");
    assertRefused(() -> TrainingCheckpoint.load(file, state, null), "optimizer.");
    List<Parameter> reserved = List.of(parameter("__metadata__", random(1, 2)));
    assertRefused(() -> TrainingCheckpoint.save(file, reserved, null, Map.of()), "__metadata__");
    Map<String, String> steps = Map.of(TrainingCheckpoint.STEPS, "1");
    assertRefused(() -> TrainingCheckpoint.save(file, List.of(a), null, steps), "lstm4j.steps");
    assertFalse(Files.exists(file));
  }

  private static void assertRejected(
      Path file, List<Parameter> parameters, Optimizer optimizer, String... words) {
    List<float[]> before = parameters.stream().map(p -> p.value().toArray()).toList();
    CheckpointException e =
        assertThrows(
            CheckpointException.class, () -> TrainingCheckpoint.load(file, parameters, optimizer));
    assertTrue(e.getMessage().startsWith(file.toString()), e.getMessage());
    for (String word : words) {
      assertTrue(e.getMessage().contains(word), word + " in: " + e.getMessage());
    }
    assertTrue(e.getMessage().length() < 1000, e.getMessage());
    for (int k = 0; k < before.size(); k++) {
      assertArrayEquals(before.get(k), parameters.get(k).value().toArray());
    }
  }
}
