package io.github.lstm4j.benchmarks;

import io.github.lstm4j.Tensor;
import io.github.lstm4j.io.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The expected gradients and losses of one shape: PyTorch's in double precision. What an engine may
 * be off by follows from PyTorch's own float32 answer, as {@code docs/numerics.md} has it: in any
 * element of a tensor at most
 *
 * <pre>max(8 · largest error of PyTorch's float32, 3·10⁻⁶ · largest |truth|)</pre>
 *
 * Truth is kept as float32, whose rounding is a fiftieth of that. A wrong formula, a gate in
 * another's place or a missing term is off by a tenth of the largest and more.
 */
public final class TrainingAnswers {
  private static final int STEPS = 5;
  private static final String LOSSES = "losses";

  /** Above this share of the largest |truth|, PyTorch's float32 is no measure of anything. */
  private static final double SANE = 1e-4;

  private final List<String> names;
  private final Map<String, float[]> truth = new LinkedHashMap<>();
  private final Map<String, Double> allowed = new LinkedHashMap<>();

  private TrainingAnswers(Workload workload, Safetensors file) throws IOException {
    names = names(workload);
    List<String> all = new ArrayList<>(names);
    all.add(LOSSES);
    for (String name : all) {
      float[] exact = file.tensor("f64." + name).toArray();
      double error = largestError(name, exact, file.tensor("f32." + name).toArray());
      if (!(error <= SANE * largest(exact))) {
        throw new IllegalStateException(
            name + " at " + workload.shape() + ": PyTorch's float32 is off by " + error);
      }
      truth.put(name, exact);
      allowed.put(name, Math.max(8 * error, 3e-6 * largest(exact)));
    }
  }

  /** Computes the answers of one shape and keeps them in a file. */
  static void write(Shape shape, Path folder) throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    note("f64.", "libtorch-double", shape, tensors);
    note("f32.", "libtorch", shape, tensors);
    Files.createDirectories(folder);
    Safetensors.write(file(shape, folder), tensors, Map.of());
  }

  private static void note(String prefix, String engine, Shape shape, Map<String, Tensor> into) {
    Workload workload = Workload.of(shape, Settings.threads());
    try (Trainer trainer = EngineProvider.findTrainer(engine, workload)) {
      trainer.forwardBackward();
      for (String name : names(workload)) {
        float[] gradient = trainer.gradient(name);
        into.put(prefix + name, Tensor.of(gradient, gradient.length));
      }
      into.put(prefix + LOSSES, Tensor.of(losses(trainer), STEPS));
    }
  }

  /** Reads what {@link TrainingTruth} left in a folder. */
  static TrainingAnswers read(Workload workload, Path folder) throws IOException {
    try (Safetensors file = Safetensors.open(file(workload.shape(), folder))) {
      return new TrainingAnswers(workload, file);
    }
  }

  private static Path file(Shape shape, Path folder) {
    return folder.resolve("training-" + shape + ".safetensors");
  }

  private static List<String> names(Workload workload) {
    List<String> names = new ArrayList<>(workload.parameters().tensors().keySet());
    names.add(Trainer.INPUT);
    return names;
  }

  private static float[] losses(Trainer trainer) {
    float[] losses = new float[STEPS];
    for (int step = 0; step < STEPS; step++) {
      trainer.step();
      losses[step] = (float) trainer.loss();
    }
    return losses;
  }

  /**
   * Compares the gradients of a trainer that has not stepped yet.
   *
   * @return the largest error, as a share of what is allowed
   * @throws IllegalStateException if it is above 1
   */
  double checkGradients(String engine, Trainer trainer) {
    double worst = 0;
    for (String name : names) {
      String what = engine + ", gradient of " + name;
      worst = Math.max(worst, check(what, name, trainer.gradient(name), 0));
    }
    return worst;
  }

  /** The same for the losses of the first steps; makes these steps. */
  double checkLosses(String engine, Trainer trainer) {
    String what = engine + ", losses of the first steps";
    return check(what, LOSSES, losses(trainer), trainer.lossLatitude());
  }

  private double check(String what, String name, float[] actual, double latitude) {
    float[] exact = truth.get(name);
    double limit = Math.max(allowed.get(name), latitude * largest(exact));
    double error = largestError(what, exact, actual);
    if (!(error <= limit)) {
      throw new IllegalStateException(
          what + ": expected to be off by at most " + limit + ", got " + error);
    }
    return error == 0 ? 0 : error / limit;
  }

  /** Fails unless the loss is lower than before training; makes another run to learn it. */
  void checkFallen(String engine, Trainer trainer) {
    float before = truth.get(LOSSES)[0];
    trainer.forwardBackward();
    if (!(trainer.loss() < before)) {
      throw new IllegalStateException(
          engine + ": expected a loss below " + before + " after training, got " + trainer.loss());
    }
  }

  private static double largestError(String what, float[] exact, float[] actual) {
    if (actual.length != exact.length) {
      throw new IllegalStateException(
          what + ": expected " + exact.length + " elements, got " + actual.length);
    }
    double worst = 0;
    for (int k = 0; k < exact.length; k++) {
      double error = Math.abs((double) actual[k] - exact[k]);
      worst = error <= worst ? worst : error; // keeps a NaN
    }
    return worst;
  }

  private static double largest(float[] values) {
    return largestError("", new float[values.length], values);
  }
}
