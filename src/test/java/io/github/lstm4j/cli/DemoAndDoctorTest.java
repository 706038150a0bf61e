package io.github.lstm4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lstm4j.Tensor;
import io.github.lstm4j.io.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoAndDoctorTest {
  private static final Path DEMO = Path.of("examples/demo");

  @TempDir Path dir;

  @Test
  void theDemoAgreesWithPyTorch() {
    String out = Cli.run("demo", "--dir", DEMO, "--backend=java").succeeded().out();
    assertTrue(out.contains("the numbers agree with PyTorch's"), out);
    assertTrue(out.contains("JAVA") && out.contains("steps/s"), out);
  }

  @Test
  void theDemoNoticesAWrongNumber() throws IOException {
    for (String name : new String[] {"airline.pt", "input.safetensors"}) {
      Files.copy(DEMO.resolve(name), dir.resolve(name));
    }
    Map<String, Tensor> expected = new LinkedHashMap<>();
    try (Safetensors file = Safetensors.open(DEMO.resolve("expected.safetensors"))) {
      for (var entry : file.entries()) {
        expected.put(entry.name(), file.tensor(entry.name()));
      }
    }
    for (String name : new String[] {"cn", "f64.cn"}) {
      Tensor cn = expected.get(name);
      cn.set(cn.get(1, 0, 31) + 1e-4f, 1, 0, 31);
    }
    Safetensors.write(dir.resolve("expected.safetensors"), expected, Map.of());
    Cli.Result result = Cli.run("demo", "--dir", dir, "--backend=java");
    assertEquals(3, result.code());
    assertTrue(result.out().contains("do NOT agree"), result.out());
  }

  @Test
  void theDemoSaysWhatItMisses() {
    assertTrue(Cli.run("demo", "--dir", dir).failed(1).contains("airline.pt"));
  }

  @Test
  void theDoctorNamesEveryBackendAndTestsIt() {
    String out = Cli.run("doctor").succeeded().out();
    for (String fact :
        new String[] {
          "lstm4j ",
          "system ",
          "libc ",
          "cpu ",
          "cores ",
          "memory ",
          "java ",
          "javacpp  1.5",
          "openblas 0.3",
          "cache ",
          "native ",
          "vector ",
          "test     java: right"
        }) {
      assertTrue(out.contains(fact), fact + " in " + out);
    }
    assertEquals(out.contains("native   NATIVE"), out.contains("gemm     NATIVE"), out);
  }
}
