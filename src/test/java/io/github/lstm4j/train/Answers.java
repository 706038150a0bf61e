package io.github.lstm4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lstm4j.Tensor;
import io.github.lstm4j.reference.Golden;
import io.github.lstm4j.reference.TensorFile;
import java.util.List;
import org.junit.jupiter.api.function.Executable;

/** What the tests of this package share: PyTorch's answers, and how close ours have to be. */
final class Answers {
  private Answers() {}

  /** Reads a file of {@code src/test/resources/train}. */
  static TensorFile file(String name) {
    return TensorFile.ofResource("/train/" + name + ".safetensors");
  }

  /** Copies an F32 tensor of a file. */
  static Tensor tensor(TensorFile file, String name) {
    return Tensor.of(file.floats(name), file.shape(name));
  }

  /** Copies an I64 tensor of a file. */
  static int[] ints(TensorFile file, String name) {
    long[] longs = file.longs(name);
    int[] ints = new int[longs.length];
    for (int k = 0; k < ints.length; k++) {
      ints[k] = Math.toIntExact(longs[k]);
    }
    return ints;
  }

  /**
   * Requires an error against PyTorch's float64 of at most eight times that of PyTorch's own
   * float32, or 3e-6 of the largest |truth|: the bound that the goldens of the LSTM have.
   */
  static void assertClose(TensorFile file, String name, Tensor actual) {
    double[] truth = file.doubles("f64." + name);
    double torch = Golden.maxError(truth, file.doubles("f32." + name));
    assertClose(name, truth, actual, 8 * torch);
  }

  /** Requires an error of at most 3e-6 of the largest |truth|, or of {@code latitude}. */
  static void assertClose(String name, double[] truth, Tensor actual, double latitude) {
    double bound = Math.max(latitude, 3e-6 * Golden.maxAbs(truth));
    double error = Golden.maxError(truth, actual.toArray());
    assertTrue(error <= bound, () -> name + ": error " + error + ", allowed " + bound);
  }

  /** Requires a loss as close as double precision sums of float32 numbers are. */
  static void assertLoss(TensorFile file, String name, double actual) {
    double truth = file.doubles("f64." + name)[0];
    assertEquals(truth, actual, 1e-12 * Math.abs(truth), name);
  }

  /** Draws N(0, 1). */
  static Tensor random(long seed, int... shape) {
    Tensor tensor = Tensor.allocate(shape);
    float[] values = new float[tensor.size()];
    for (int k = 0; k < values.length; k++) {
      values[k] = (float) CounterRandom.gaussian(seed, k);
    }
    return tensor.copyFrom(values);
  }

  /** Requires a refusal whose message holds all of the words. */
  static void assertRefused(Executable call, String... words) {
    String message = assertThrows(IllegalArgumentException.class, call).getMessage();
    for (String word : words) {
      assertTrue(message.contains(word), word + " in: " + message);
    }
  }

  static Parameter parameter(String name, Tensor value) {
    return new Parameter(name, value, Tensor.allocate(value.shape()));
  }

  static Tensor gradient(List<Parameter> parameters, String name) {
    return parameters.stream()
        .filter(p -> p.name().equals(name))
        .findFirst()
        .orElseThrow()
        .gradient();
  }
}
