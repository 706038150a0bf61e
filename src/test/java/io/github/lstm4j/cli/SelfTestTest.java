package io.github.lstm4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lstm4j.Backend;
import io.github.lstm4j.LstmOptions;
import io.github.lstm4j.LstmParameters;
import io.github.lstm4j.reference.ReferenceLstm;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SelfTestTest {
  @Test
  void theStoredAnswersAreTheReferences() {
    Map<String, double[]> parameters = new HashMap<>();
    LstmParameters.initialize(SelfTest.CONFIG, SelfTest.SEED)
        .tensors()
        .forEach((name, tensor) -> parameters.put(name, doubles(tensor.toArray())));
    int batch = SelfTest.LENGTHS.length;
    int width = SelfTest.CONFIG.inputSize();
    double[][][] x = new double[batch][][];
    for (int b = 0; b < batch; b++) {
      x[b] = new double[SelfTest.LENGTHS[b]][width];
      for (int t = 0; t < x[b].length; t++) {
        for (int k = 0; k < width; k++) {
          x[b][t][k] = SelfTest.input((t * batch + b) * width + k);
        }
      }
    }
    double[][][] hn = ReferenceLstm.run(SelfTest.CONFIG, parameters, x, null, null).hn();
    for (int k = 0; k < SelfTest.EXPECTED.length; k++) {
      int p = SelfTest.CONFIG.projSize();
      assertEquals(hn[3][k / p][k % p], SelfTest.EXPECTED[k], 1e-9, "element " + k);
    }
  }

  @Test
  void plainJavaPasses() {
    assertTrue(SelfTest.passes(SelfTest.largestDifference(LstmOptions.of(Backend.JAVA))));
  }

  private static double[] doubles(float[] floats) {
    double[] doubles = new double[floats.length];
    for (int k = 0; k < floats.length; k++) {
      doubles[k] = floats[k];
    }
    return doubles;
  }
}
