package io.github.lstm4j;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lstm4j.reference.Golden;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every backend and CPU variant must do: each has a subclass that says how to make its models.
 */
abstract class BackendContract {
  /** Options for the backend under test. */
  abstract LstmOptions options();

  static Stream<String> goldens() {
    return Golden.names().stream().filter(name -> !Golden.load(name).cell());
  }

  static Map<String, Tensor> tensors(Golden golden) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    Map<String, int[]> shapes = golden.config().parameterShapes();
    golden
        .parameters()
        .forEach((name, data) -> tensors.put(name, Tensor.of(data, shapes.get(name))));
    return tensors;
  }

  static Tensor tensor(Golden golden, String name) {
    return Tensor.of(golden.floats(name), golden.shape(name));
  }

  Lstm model(Golden golden) {
    return Lstm.create(LstmParameters.of(golden.config(), tensors(golden)), options());
  }

  static LstmState initial(Golden golden) {
    return golden.hasState() ? new LstmState(tensor(golden, "h0"), tensor(golden, "c0")) : null;
  }

  static void assertGolden(Golden golden, String answer, Tensor actual) {
    double error = Golden.maxError(golden.truth(answer), actual.toArray());
    assertTrue(
        error <= golden.tolerance(answer),
        () -> answer + ": error " + error + ", allowed " + golden.tolerance(answer));
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void agreesWithPyTorch(String name) {
    Golden golden = Golden.load(name);
    try (Lstm lstm = model(golden)) {
      Tensor x = tensor(golden, "x");
      LstmOutput out =
          golden.packed()
              ? lstm.forward(x, golden.lengths(), initial(golden))
              : lstm.forward(x, initial(golden));
      assertGolden(golden, "output", out.output());
      assertGolden(golden, "hn", out.hn());
      assertGolden(golden, "cn", out.cn());
    }
  }
}
