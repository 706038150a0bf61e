package io.github.lstm4j.train;

import static io.github.lstm4j.train.Answers.assertClose;
import static io.github.lstm4j.train.Answers.assertRefused;
import static io.github.lstm4j.train.Answers.gradient;
import static io.github.lstm4j.train.Answers.random;
import static io.github.lstm4j.train.Answers.tensor;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lstm4j.Tensor;
import io.github.lstm4j.reference.TensorFile;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinearTest {
  @Test
  void answersAsPyTorchDoes() {
    TensorFile file = Answers.file("layers");
    Linear linear = Linear.of(tensor(file, "linear.weight"), tensor(file, "linear.bias"));
    Tensor x = tensor(file, "linear.x");
    Tensor y = Tensor.allocate(37, 11);
    Tensor dx = Tensor.allocate(37, 19);
    linear.forward(x, y);
    linear.backward(x, tensor(file, "linear.dy"), dx, false);
    List<Parameter> parameters = linear.parameters("");
    assertClose(file, "linear.y", y);
    assertClose(file, "linear.dx", dx);
    assertClose(file, "linear.dweight", gradient(parameters, "weight"));
    assertClose(file, "linear.dbias", gradient(parameters, "bias"));
  }

  /** As with a bias of zeros, which is nowhere to be seen. */
  @Test
  void doesWithoutABias() {
    Tensor weight = random(1, 3, 5);
    Linear with = Linear.of(weight, Tensor.allocate(3));
    Linear without = Linear.of(weight, null);
    Tensor x = random(2, 7, 5);
    Tensor dy = random(3, 7, 3);
    Tensor dx = Tensor.allocate(7, 5);
    Tensor y = Tensor.allocate(7, 3);
    with.forward(x, y);
    with.backward(x, dy, dx, false);
    Tensor dxWithout = Tensor.allocate(7, 5);
    Tensor yWithout = Tensor.allocate(7, 3);
    without.forward(x, yWithout);
    without.backward(x, dy, dxWithout, false);
    assertArrayEquals(y.toArray(), yWithout.toArray());
    assertArrayEquals(dx.toArray(), dxWithout.toArray());
    List<Parameter> parameters = without.parameters("head.");
    assertEquals(1, parameters.size());
    assertArrayEquals(
        gradient(with.parameters("head."), "head.weight").toArray(),
        gradient(parameters, "head.weight").toArray());
  }

  /** Around the sizes of blocks and tiles, 256 rows, 32 factors, 16 rows and 4 factors. */
  @ParameterizedTest
  @CsvSource({
    "1, 1, 1",
    "1, 40, 3",
    "3, 4, 1",
    "15, 33, 31",
    "16, 32, 32",
    "17, 5, 65",
    "255, 7, 2",
    "256, 64, 33",
    "257, 31, 34",
    "600, 129, 5",
    "100000, 9, 4", // one long sum of so many rows would be off by more
    "0, 3, 2"
  })
  void agreesWithANaiveProduct(int rows, int in, int out) {
    Linear linear = Linear.of(random(1, out, in), random(2, out));
    Tensor x = random(3, rows, in);
    Tensor dy = random(4, rows, out);
    Tensor y = random(5, rows, out);
    Tensor dx = random(6, rows, in);
    linear.forward(x, y);
    linear.backward(x, dy, dx, false);
    List<Parameter> parameters = linear.parameters("head.");
    double[] w = doubles(parameters.get(0).value());
    double[] b = doubles(parameters.get(1).value());
    assertClose("y", product(doubles(x), transposed(w, out, in), b, rows, in, out), y, 0);
    assertClose("dx", product(doubles(dy), w, new double[in], rows, out, in), dx, 0);
    double[] dyT = transposed(doubles(dy), rows, out);
    double[] dw = product(dyT, doubles(x), new double[in], out, rows, in);
    assertClose("dweight", dw, gradient(parameters, "head.weight"), 0);
    double[] ones = new double[rows];
    Arrays.fill(ones, 1);
    double[] db = product(dyT, ones, new double[1], out, rows, 1);
    assertClose("dbias", db, gradient(parameters, "head.bias"), 0);
  }

  /** {@code a [n, k] · b [k, m] + c [m]}, in double precision. */
  private static double[] product(double[] a, double[] b, double[] c, int n, int k, int m) {
    double[] result = new double[n * m];
    for (int row = 0; row < n; row++) {
      for (int column = 0; column < m; column++) {
        double sum = c[column];
        for (int j = 0; j < k; j++) {
          sum += a[row * k + j] * b[j * m + column];
        }
        result[row * m + column] = sum;
      }
    }
    return result;
  }

  private static double[] transposed(double[] a, int rows, int columns) {
    double[] result = new double[a.length];
    for (int k = 0; k < a.length; k++) {
      result[k % columns * rows + k / columns] = a[k];
    }
    return result;
  }

  private static double[] doubles(Tensor tensor) {
    float[] values = tensor.toArray();
    double[] wide = new double[values.length];
    for (int k = 0; k < wide.length; k++) {
      wide[k] = values[k];
    }
    return wide;
  }

  @Test
  void aRowHasTheSameBitsAloneAndInABatch() {
    Linear linear = Linear.initialize(70, 9, 1);
    Tensor x = random(2, 300, 70);
    Tensor all = Tensor.allocate(300, 9);
    linear.forward(x, all);
    float[] inputs = x.toArray();
    for (int r : new int[] {0, 17, 255, 256, 299}) {
      Tensor alone = Tensor.allocate(9);
      linear.forward(Tensor.of(Arrays.copyOfRange(inputs, r * 70, r * 70 + 70), 70), alone);
      float[] row = Arrays.copyOfRange(all.toArray(), r * 9, r * 9 + 9);
      assertArrayEquals(row, alone.toArray(), "row " + r);
    }
  }

  @Test
  void accumulatesTheGradientsOfItsParametersOnly() {
    Linear linear = Linear.initialize(6, 4, 1);
    Tensor x = random(2, 5, 6);
    Tensor dy = random(3, 5, 4);
    Tensor dx = Tensor.allocate(5, 6);
    linear.backward(x, dy, dx, false);
    List<float[]> once = linear.parameters("").stream().map(p -> p.gradient().toArray()).toList();
    float[] input = dx.toArray();
    linear.backward(x, dy, dx, true);
    assertArrayEquals(input, dx.toArray());
    for (int k = 0; k < 2; k++) {
      float[] twice = linear.parameters("").get(k).gradient().toArray();
      for (int j = 0; j < twice.length; j++) {
        assertEquals(2 * once.get(k)[j], twice[j], 1e-5f); // sums of five products below 10
      }
    }
    linear.backward(x, dy, null, false);
    for (int k = 0; k < 2; k++) {
      assertArrayEquals(once.get(k), linear.parameters("").get(k).gradient().toArray());
    }
  }

  /** Thousands of equal small numbers onto a large one: float32 sums would not move at all. */
  @Test
  void theBiasGradientIsSummedInDoublePrecision() {
    Linear linear = Linear.initialize(1, 1, 1);
    int rows = 10_000;
    Tensor dy = Tensor.allocate(rows, 1).fill(1e-5f);
    dy.set(1000, 0, 0);
    linear.backward(Tensor.allocate(rows, 1), dy, null, false);
    double sum = 1000 + 9999 * (double) 1e-5f;
    assertEquals((float) sum, gradient(linear.parameters(""), "bias").get(0));
  }

  @Test
  void startsAsPyTorchDoesAndFromTheSeedAlone() {
    List<Parameter> parameters = Linear.initialize(400, 50, 3).parameters("head.");
    assertEquals("head.weight", parameters.get(0).name());
    assertEquals("head.bias", parameters.get(1).name());
    assertArrayEquals(new int[] {50, 400}, parameters.get(0).value().shape());
    float[] weight = parameters.get(0).value().toArray();
    double squares = 0;
    for (float w : weight) {
      assertTrue(Math.abs(w) <= 0.05f, "beyond 1 / sqrt(400): " + w);
      squares += w * (double) w / weight.length;
    }
    // The mean square of U(-a, a) is a²/3, here within six standard deviations.
    assertEquals(0.0025 / 3, squares, 6 * 0.0025 * Math.sqrt(4.0 / 45 / weight.length));
    assertArrayEquals(
        weight, Linear.initialize(400, 50, 3).parameters("").get(0).value().toArray());
    float[] other = Linear.initialize(400, 50, 4).parameters("").get(0).value().toArray();
    assertTrue(!Arrays.equals(weight, other));
    float[] bias = parameters.get(1).value().toArray();
    assertTrue(!Arrays.equals(bias, Arrays.copyOf(weight, bias.length)), "bias repeats the weight");
  }

  @Test
  void refusesWhatDoesNotFitAndWritesNothing() {
    Linear linear = Linear.initialize(3, 2, 1);
    assertEquals("Linear(in_features=3, out_features=2, bias=True)", linear.toString());
    Tensor into = Tensor.allocate(4, 2).fill(7);
    Tensor x = Tensor.allocate(4, 3);
    assertRefused(() -> linear.forward(Tensor.allocate(4, 4), into), "input", "[.., 3]", "[4, 4]");
    assertRefused(() -> linear.forward(Tensor.allocate(), into), "input", "[.., 3]", "[]");
    assertRefused(() -> linear.forward(null, into), "input", "null");
    assertRefused(() -> linear.forward(x, Tensor.allocate(4, 3)), "into", "[.., 2]", "[4, 3]");
    assertRefused(
        () -> linear.forward(Tensor.allocate(5, 3), into), "into", "5 rows of 2", "[4, 2]");
    linear.backward(x, Tensor.allocate(4, 2).fill(1), null, false);
    float[] before = gradient(linear.parameters(""), "bias").toArray();
    assertRefused(
        () -> linear.backward(x, Tensor.allocate(3, 2), null, false), "outputGradient", "4 rows");
    assertRefused(
        () -> linear.backward(x, into, Tensor.allocate(3, 3), false), "inputGradient", "4 rows");
    Tensor closed = Tensor.allocate(4, 3);
    closed.close();
    assertThrows(IllegalStateException.class, () -> linear.backward(x, into, closed, false));
    assertThrows(IllegalStateException.class, () -> linear.backward(closed, into, null, false));
    assertArrayEquals(before, gradient(linear.parameters(""), "bias").toArray());
    assertArrayEquals(new float[] {7, 7, 7, 7, 7, 7, 7, 7}, into.toArray());
    assertRefused(() -> Linear.initialize(0, 2, 1), "inFeatures", "1 or more", "0");
    assertRefused(() -> Linear.initialize(2, -1, 1), "outFeatures", "-1");
    assertRefused(() -> Linear.of(Tensor.allocate(3), Tensor.allocate(3)), "weight", "[3]");
    assertRefused(() -> Linear.of(x, Tensor.allocate(3)), "bias", "[4]", "[3]");
  }

  /** Read after it was overwritten, it would give a wrong answer without a word. */
  @Test
  void refusesMemoryThatIsReadMeanwhile() {
    Tensor weight = random(1, 4, 4);
    Tensor bias = random(2, 4);
    Linear linear = Linear.of(weight, bias);
    Tensor x = random(3, 4, 4);
    Tensor dy = random(4, 4, 4);
    String own = "memory of its own";
    assertRefused(() -> linear.forward(x, x), "into:", own, "input");
    assertRefused(() -> linear.forward(x, x.reshape(2, 2, 4)), "into:", own, "input");
    assertRefused(() -> linear.forward(x, weight), "into:", own, "weight");
    assertRefused(() -> linear.forward(random(5, 1, 4), bias), "into:", own, "bias");
    assertRefused(() -> linear.backward(x, dy, x, false), "inputGradient:", own, "input");
    assertRefused(() -> linear.backward(x, dy, dy, false), "inputGradient:", own, "outputGradient");
    assertRefused(() -> linear.backward(x, dy, weight, false), "inputGradient:", own, "weight");
    Tensor dw = gradient(linear.parameters(""), "weight");
    assertRefused(() -> linear.backward(x, dy, dw, false), "inputGradient:", own, "weight's");
    Tensor db = gradient(linear.parameters(""), "bias");
    Tensor row = random(6, 1, 4);
    assertRefused(() -> linear.backward(row, row, db, false), "inputGradient:", own, "bias's");
    assertArrayEquals(random(3, 4, 4).toArray(), x.toArray());
    assertArrayEquals(random(1, 4, 4).toArray(), weight.toArray());
    Linear.of(weight, null).forward(x, dy);
  }
}
