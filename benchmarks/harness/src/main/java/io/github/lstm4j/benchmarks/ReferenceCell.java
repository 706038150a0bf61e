package io.github.lstm4j.benchmarks;

/** One layer and direction in double precision, as PyTorch's documentation writes it. */
final class ReferenceCell {
  private final int hidden;
  private final Matrix inputWeights;
  private final Matrix recurrentWeights;
  private final float[] inputBias;
  private final float[] recurrentBias;

  ReferenceCell(Workload workload, int layer, int direction) {
    int width = workload.config().layerInputSize(layer);
    hidden = workload.shape().hidden();
    inputWeights = new Matrix(workload.parameter("weight_ih", layer, direction), width);
    recurrentWeights = new Matrix(workload.parameter("weight_hh", layer, direction), hidden);
    inputBias = workload.parameter("bias_ih", layer, direction);
    recurrentBias = workload.parameter("bias_hh", layer, direction);
  }

  /** Computes the next {@code h} and {@code c} in place. */
  void step(double[] x, double[] h, double[] c) {
    double[] gates = new double[4 * hidden];
    for (int k = 0; k < gates.length; k++) {
      gates[k] = (double) inputBias[k] + recurrentBias[k];
    }
    inputWeights.addProduct(x, gates);
    recurrentWeights.addProduct(h, gates);
    for (int j = 0; j < hidden; j++) {
      double i = sigmoid(gates[j]);
      double f = sigmoid(gates[hidden + j]);
      double g = Math.tanh(gates[2 * hidden + j]);
      double o = sigmoid(gates[3 * hidden + j]);
      c[j] = f * c[j] + i * g;
      h[j] = o * Math.tanh(c[j]);
    }
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
