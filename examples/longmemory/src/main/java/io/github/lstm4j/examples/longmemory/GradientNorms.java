package io.github.lstm4j.examples.longmemory;

import java.util.Arrays;
import java.util.List;

/**
 * The Euclidean norm of the gradient of the answer with respect to x_t, divided by that with
 * respect to x_T, over all sequences of some models.
 *
 * <p>The median and not the mean: exploding gradients of a few sequences would hide all others, and
 * vanished ones have no logarithm.
 *
 * @param name of what was measured
 * @param low the lowest tenth ends here, by the distance T - t
 * @param median by the distance T - t
 * @param high the highest tenth begins here, by the distance T - t
 */
record GradientNorms(String name, double[] low, double[] median, double[] high) {
  /**
   * Measures models on one batch each.
   *
   * @param models all of one T
   * @param seed of the sequences
   */
  static GradientNorms measure(String name, List<Model> models, long seed) {
    int steps = models.get(0).sizes().steps();
    int batch = models.get(0).sizes().batch();
    double[][] norms = new double[steps][models.size() * batch];
    for (int m = 0; m < models.size(); m++) {
      float[] gradients = models.get(m).inputGradients(seed, m);
      for (int row = 0; row < batch; row++) {
        double last = norm(gradients, (steps - 1) * batch + row);
        for (int distance = 0; distance < steps; distance++) {
          int at = (steps - 1 - distance) * batch + row;
          norms[distance][m * batch + row] = norm(gradients, at) / last;
        }
      }
    }
    for (double[] sorted : norms) {
      Arrays.sort(sorted);
    }
    return new GradientNorms(
        name, quantile(norms, 0.1), quantile(norms, 0.5), quantile(norms, 0.9));
  }

  private static double norm(float[] gradients, int at) {
    double squares = 0;
    for (int k = at * AddingProblem.INPUT; k < (at + 1) * AddingProblem.INPUT; k++) {
      squares += (double) gradients[k] * gradients[k];
    }
    return Math.sqrt(squares);
  }

  private static double[] quantile(double[][] sorted, double share) {
    double[] result = new double[sorted.length];
    for (int k = 0; k < result.length; k++) {
      result[k] = sorted[k][(int) (share * (sorted[k].length - 1))];
    }
    return result;
  }
}
