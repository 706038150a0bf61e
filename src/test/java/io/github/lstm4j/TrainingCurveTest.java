package io.github.lstm4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.lstm4j.reference.Golden;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Ten steps of training as PyTorch does them: an LSTM, a linear head on every time step, the mean
 * squared error, Adam. Head and optimiser are plain double-precision code here.
 */
class TrainingCurveTest {
  private static final int STEPS = 10;
  private static final double RATE = 1e-2;

  /** Adam (Kingma and Ba, 2015) with PyTorch's defaults, for one parameter. */
  private static final class Adam {
    private final double[] m;
    private final double[] v;
    private int steps;

    Adam(int size) {
      m = new double[size];
      v = new double[size];
    }

    void step(float[] parameter, double[] gradient) {
      steps++;
      for (int k = 0; k < m.length; k++) {
        m[k] = 0.9 * m[k] + 0.1 * gradient[k];
        v[k] = 0.999 * v[k] + 0.001 * gradient[k] * gradient[k];
        double mean = m[k] / (1 - Math.pow(0.9, steps));
        double variance = v[k] / (1 - Math.pow(0.999, steps));
        parameter[k] -= (float) (RATE * mean / (Math.sqrt(variance) + 1e-8));
      }
    }
  }

  /** {@code y = W h + b} on every row, and the mean squared error of it. */
  private static final class Head {
    final float[] weight;
    final float[] bias;
    final double[] weightGradient;
    final double[] biasGradient;
    double loss;

    Head(Golden golden) {
      weight = golden.floats("head.weight");
      bias = golden.floats("head.bias");
      weightGradient = new double[weight.length];
      biasGradient = new double[bias.length];
    }

    /** Returns the loss's gradient for h, and leaves the loss and the head's own gradients. */
    float[] run(float[] h, float[] target) {
      int width = weight.length / bias.length;
      float[] gradient = new float[h.length];
      Arrays.fill(weightGradient, 0);
      Arrays.fill(biasGradient, 0);
      loss = 0;
      for (int k = 0; k < target.length; k++) {
        int row = k / bias.length * width;
        int unit = k % bias.length;
        double difference = bias[unit] - (double) target[k];
        for (int j = 0; j < width; j++) {
          difference += (double) weight[unit * width + j] * h[row + j];
        }
        loss += difference * difference / target.length;
        double d = 2 * difference / target.length;
        biasGradient[unit] += d;
        for (int j = 0; j < width; j++) {
          weightGradient[unit * width + j] += d * h[row + j];
          gradient[row + j] += (float) (d * weight[unit * width + j]);
        }
      }
      return gradient;
    }
  }

  static Stream<LstmOptions> backends() {
    return NativeCode.everyTrainableBackend();
  }

  @ParameterizedTest
  @MethodSource("backends")
  void followsPyTorch(LstmOptions options) {
    Golden golden = Golden.load("gradients/training");
    LstmParameters parameters = LstmParameters.of(golden.config(), BackendContract.tensors(golden));
    Tensor x = BackendContract.tensor(golden, "x");
    float[] target = golden.floats("target");
    Head head = new Head(golden);
    Map<String, Adam> adam = new LinkedHashMap<>();
    parameters.tensors().forEach((name, tensor) -> adam.put(name, new Adam(tensor.size())));
    Adam weightAdam = new Adam(head.weight.length);
    Adam biasAdam = new Adam(head.bias.length);
    float[] losses = new float[STEPS];
    try (TrainableLstm lstm = TrainableLstm.create(parameters, options)) {
      LstmOutput out = lstm.newOutput(x);
      LstmGradients gradients = LstmGradients.ofParameters(golden.config());
      for (int step = 0; step < STEPS; step++) {
        lstm.forward(x, null, out);
        float[] g = head.run(out.output().toArray(), target);
        lstm.backward(Tensor.of(g, out.output().shape()), null, gradients, false);
        losses[step] = (float) head.loss;
        adam.forEach(
            (name, optimizer) -> {
              float[] parameter = parameters.get(name).toArray();
              optimizer.step(parameter, LstmCase.widen(gradients.parameters().get(name).toArray()));
              parameters.get(name).copyFrom(parameter);
            });
        weightAdam.step(head.weight, head.weightGradient);
        biasAdam.step(head.bias, head.biasGradient);
      }
    }
    assertEquals(STEPS, golden.truth("losses").length);
    BackendContract.assertGolden(golden, "losses", losses);
    parameters
        .tensors()
        .forEach(
            (name, tensor) ->
                BackendContract.assertGolden(golden, "final.param." + name, tensor.toArray()));
    BackendContract.assertGolden(golden, "final.head.weight", head.weight);
    BackendContract.assertGolden(golden, "final.head.bias", head.bias);
  }
}
