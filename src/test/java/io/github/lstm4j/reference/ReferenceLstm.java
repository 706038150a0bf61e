package io.github.lstm4j.reference;

import io.github.lstm4j.LstmConfig;
import java.util.Map;

/**
 * A naive forward pass of {@code nn.LSTM} in double precision, written to be read: the formulas of
 * PyTorch's documentation in plain loops, one sequence at a time. It shares no code with the
 * library, only the configuration record.
 *
 * <p>A batch of variable lengths is just a list of sequences of different lengths here: each runs
 * by itself, forward from its first and backward from its last own time step.
 */
public final class ReferenceLstm {
  private final LstmConfig config;
  private final Map<String, double[]> parameters;

  private ReferenceLstm(LstmConfig config, Map<String, double[]> parameters) {
    this.config = config;
    this.parameters = parameters;
  }

  /**
   * What an LSTM returns.
   *
   * @param output {@code [B][T_b][D·Hout]}, batch row first whatever {@code batchFirst} says
   * @param hn {@code [L·D][B][Hout]}
   * @param cn {@code [L·D][B][H]}
   */
  public record Result(double[][][] output, double[][][] hn, double[][][] cn) {}

  /** One direction of one layer over one sequence: every h {@code [T][Hout]}, and the last c. */
  private record Pass(double[][] h, double[] lastH, double[] lastC) {}

  /**
   * Runs the LSTM.
   *
   * @param config the configuration; {@code batchFirst} and {@code dropout} have no effect
   * @param parameters under PyTorch's names, row-major
   * @param x {@code [B][T_b][I]}; the rows may differ in length
   * @param h0 {@code [L·D][B][Hout]}, or null for zeros
   * @param c0 {@code [L·D][B][H]}, or null for zeros
   */
  public static Result run(
      LstmConfig config,
      Map<String, double[]> parameters,
      double[][][] x,
      double[][][] h0,
      double[][][] c0) {
    ReferenceLstm lstm = new ReferenceLstm(config, parameters);
    int rows = config.numLayers() * config.numDirections();
    double[][][] output = new double[x.length][][];
    double[][][] hn = new double[rows][x.length][];
    double[][][] cn = new double[rows][x.length][];
    for (int b = 0; b < x.length; b++) {
      double[][] sequence = x[b];
      for (int layer = 0; layer < config.numLayers(); layer++) {
        double[][] next = new double[sequence.length][0];
        for (int direction = 0; direction < config.numDirections(); direction++) {
          int row = layer * config.numDirections() + direction;
          double[] h = h0 == null ? new double[config.outputSize()] : h0[row][b];
          double[] c = c0 == null ? new double[config.hiddenSize()] : c0[row][b];
          Pass pass = lstm.pass(layer, direction, sequence, h, c);
          for (int t = 0; t < next.length; t++) {
            next[t] = concatenate(next[t], pass.h()[t]);
          }
          hn[row][b] = pass.lastH();
          cn[row][b] = pass.lastC();
        }
        sequence = next;
      }
      output[b] = sequence;
    }
    return new Result(output, hn, cn);
  }

  /** Runs one direction of one layer; direction 1 goes from the last time step to the first. */
  private Pass pass(int layer, int direction, double[][] sequence, double[] h, double[] c) {
    String suffix = "_l" + layer + (direction == 1 ? "_reverse" : "");
    double[][] hs = new double[sequence.length][];
    for (int k = 0; k < sequence.length; k++) {
      int t = direction == 0 ? k : sequence.length - 1 - k;
      double[] z = preactivations(suffix, sequence[t], h);
      c = nextCell(z, c);
      h = nextHidden(suffix, z, c);
      hs[t] = h;
    }
    return new Pass(hs, h, c);
  }

  /** {@code W_ih x + b_ih + W_hh h + b_hh}, {@code [4H]} in gate order i, f, g, o. */
  private double[] preactivations(String suffix, double[] x, double[] h) {
    double[] z = new double[4 * config.hiddenSize()];
    addProduct(z, parameters.get("weight_ih" + suffix), x);
    addProduct(z, parameters.get("weight_hh" + suffix), h);
    if (config.bias()) {
      double[] biasIh = parameters.get("bias_ih" + suffix);
      double[] biasHh = parameters.get("bias_hh" + suffix);
      for (int k = 0; k < z.length; k++) {
        z[k] += biasIh[k] + biasHh[k];
      }
    }
    return z;
  }

  /** {@code c' = f ⊙ c + i ⊙ g}. */
  private double[] nextCell(double[] z, double[] c) {
    int hidden = config.hiddenSize();
    double[] next = new double[hidden];
    for (int k = 0; k < hidden; k++) {
      double i = sigmoid(z[k]);
      double f = sigmoid(z[hidden + k]);
      double g = Math.tanh(z[2 * hidden + k]);
      next[k] = f * c[k] + i * g;
    }
    return next;
  }

  /** {@code h' = o ⊙ tanh(c')}, then {@code W_hr h'} if there is a projection. */
  private double[] nextHidden(String suffix, double[] z, double[] c) {
    int hidden = config.hiddenSize();
    double[] h = new double[hidden];
    for (int k = 0; k < hidden; k++) {
      h[k] = sigmoid(z[3 * hidden + k]) * Math.tanh(c[k]);
    }
    if (config.projSize() == 0) {
      return h;
    }
    double[] projected = new double[config.projSize()];
    addProduct(projected, parameters.get("weight_hr" + suffix), h);
    return projected;
  }

  /** {@code y += W v} with W {@code [y.length, v.length]}. */
  private static void addProduct(double[] y, double[] w, double[] v) {
    for (int row = 0; row < y.length; row++) {
      for (int k = 0; k < v.length; k++) {
        y[row] += w[row * v.length + k] * v[k];
      }
    }
  }

  private static double sigmoid(double z) {
    return 1 / (1 + Math.exp(-z));
  }

  private static double[] concatenate(double[] a, double[] b) {
    double[] both = new double[a.length + b.length];
    System.arraycopy(a, 0, both, 0, a.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }
}
