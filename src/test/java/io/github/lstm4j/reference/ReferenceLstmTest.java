package io.github.lstm4j.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lstm4j.LstmConfig;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The reference gives PyTorch's float64 answers, so other tests may take it for the truth. */
class ReferenceLstmTest {
  /** Relative to the largest |truth| of a tensor: double rounding over a thousand time steps. */
  private static final double RELATIVE = 1e-12;

  static List<String> goldens() {
    return Golden.names();
  }

  static List<String> cells() {
    return Golden.names().stream().filter(name -> Golden.load(name).cell()).toList();
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void agreesWithPyTorch(String name) {
    Golden golden = Golden.load(name);
    ReferenceLstm.Result result = run(golden, golden.sequences("x"));
    assertClose(golden + " output", golden.truth("output"), golden.flatten(result.output()));
    assertClose(golden + " hn", golden.truth("hn"), flat(result.hn()));
    assertClose(golden + " cn", golden.truth("cn"), flat(result.cn()));
  }

  @ParameterizedTest
  @MethodSource("cells")
  void agreesWithLstmCellAtEveryStep(String name) {
    Golden golden = Golden.load(name);
    double[] cells = golden.truth("cell");
    int steps = golden.shape("f64.cell")[0];
    int size = cells.length / steps;
    for (int t = 0; t < steps; t++) {
      int end = t + 1;
      double[][][] head =
          Arrays.stream(golden.sequences("x"))
              .map(sequence -> Arrays.copyOf(sequence, end))
              .toArray(double[][][]::new);
      double[] expected = Arrays.copyOfRange(cells, t * size, end * size);
      assertClose(golden + " c at step " + t, expected, flat(run(golden, head).cn()));
    }
  }

  @Test
  void theDemosAnswersAreCloseToTheirTruth() {
    TensorFile input = TensorFile.read(Path.of("examples/demo/input.safetensors"));
    TensorFile expected = TensorFile.read(Path.of("examples/demo/expected.safetensors"));
    assertEquals(List.of(144, 1, 1), Arrays.stream(input.shape("input")).boxed().toList());
    for (String answer : List.of("output", "hn", "cn")) {
      double[] truth = expected.doubles("f64." + answer);
      double error = Golden.maxError(truth, expected.floats(answer));
      assertTrue(error <= 3e-6 * Golden.maxAbs(truth), answer + ": error " + error);
    }
  }

  @Test
  void anAllZeroLstmHalvesItsCell() {
    LstmConfig config = LstmConfig.of(1, 1).withBias(false);
    Map<String, double[]> zeros = new LinkedHashMap<>();
    config.parameterShapes().forEach((name, shape) -> zeros.put(name, new double[4]));
    double[][][] one = {{{1}}};
    ReferenceLstm.Result result = ReferenceLstm.run(config, zeros, one, one, one);
    assertEquals(0.5, result.cn()[0][0][0]);
    assertEquals(0.5 * Math.tanh(0.5), result.output()[0][0][0]);
  }

  @Test
  void aMisplacedNanIsAnInfiniteError() {
    double[] number = {1};
    double[] nan = {Double.NaN};
    assertEquals(0, Golden.maxError(nan, nan));
    assertFalse(Double.isFinite(Golden.maxError(nan, number)));
    assertFalse(Double.isFinite(Golden.maxError(number, nan)));
  }

  private static ReferenceLstm.Result run(Golden golden, double[][][] x) {
    return ReferenceLstm.run(
        golden.config(), golden.parametersAsDoubles(), x, golden.state("h0"), golden.state("c0"));
  }

  private static void assertClose(String what, double[] truth, double[] actual) {
    double error = Golden.maxError(truth, actual);
    double allowed = RELATIVE * Golden.maxAbs(truth);
    assertTrue(error <= allowed, () -> what + ": error " + error + ", allowed " + allowed);
  }

  private static double[] flat(double[][][] values) {
    return Stream.of(values).flatMap(Stream::of).flatMapToDouble(Arrays::stream).toArray();
  }
}
