package io.github.lstm4j.examples.longmemory;

/** The formula of {@code nn.RNN}, index by index and in double precision. */
final class ReferenceRnn {
  final double[][] weightIh;
  final double[] biasIh;
  final double[][] weightHh;
  final double[] biasHh;

  ReferenceRnn(double[][] weightIh, double[] biasIh, double[][] weightHh, double[] biasHh) {
    this.weightIh = weightIh;
    this.biasIh = biasIh;
    this.weightHh = weightHh;
    this.biasHh = biasHh;
  }

  /** Returns the last state of one sequence, {@code x [T][I]}. */
  double[] last(double[][] x) {
    double[] h = new double[biasIh.length];
    for (double[] input : x) {
      double[] next = new double[h.length];
      for (int j = 0; j < h.length; j++) {
        double z = biasIh[j] + biasHh[j];
        for (int i = 0; i < input.length; i++) {
          z += weightIh[j][i] * input[i];
        }
        for (int i = 0; i < h.length; i++) {
          z += weightHh[j][i] * h[i];
        }
        next[j] = Math.tanh(z);
      }
      h = next;
    }
    return h;
  }
}
