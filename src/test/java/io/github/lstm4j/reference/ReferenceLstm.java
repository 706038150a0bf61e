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

  ReferenceLstm(LstmConfig config, Map<String, double[]> parameters) {
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

  /**
   * One time step of one direction of one layer.
   *
   * @param x what came in
   * @param h the state before it, {@code [Hout]}
   * @param c the state before it, {@code [H]}
   * @param z the gates before their functions, {@code [4H]} in gate order i, f, g, o
   * @param nextH the state after it
   * @param nextC the state after it
   */
  record Step(double[] x, double[] h, double[] c, double[] z, double[] nextH, double[] nextC) {}

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
      Step[][] steps = lstm.steps(x[b], b, h0, c0);
      output[b] = lstm.output(steps, config.numLayers() - 1);
      for (int row = 0; row < rows; row++) {
        int last = x[b].length - 1;
        hn[row][b] = last < 0 ? lstm.initial(h0, row, b, false) : steps[row][last].nextH();
        cn[row][b] = last < 0 ? lstm.initial(c0, row, b, true) : steps[row][last].nextC();
      }
    }
    return new Result(output, hn, cn);
  }

  /**
   * Runs sequence b: the steps of every layer and direction, {@code [L·D][T]}, in the order in
   * which each direction takes them.
   */
  Step[][] steps(double[][] sequence, int b, double[][][] h0, double[][][] c0) {
    Step[][] steps = new Step[config.numLayers() * config.numDirections()][];
    for (int layer = 0; layer < config.numLayers(); layer++) {
      for (int direction = 0; direction < config.numDirections(); direction++) {
        int row = layer * config.numDirections() + direction;
        double[] h = initial(h0, row, b, false);
        double[] c = initial(c0, row, b, true);
        steps[row] = pass(layer, direction, sequence, h, c);
      }
      sequence = output(steps, layer);
    }
    return steps;
  }

  /** The row of an initial state, which may be absent. */
  private double[] initial(double[][][] state, int row, int b, boolean cell) {
    int width = cell ? config.hiddenSize() : config.outputSize();
    return state == null ? new double[width] : state[row][b];
  }

  /** The output of a layer at every time step, forward direction first. */
  private double[][] output(Step[][] steps, int layer) {
    int length = steps[layer * config.numDirections()].length;
    double[][] output = new double[length][0];
    for (int direction = 0; direction < config.numDirections(); direction++) {
      for (int k = 0; k < length; k++) {
        int t = timeOf(k, length, direction);
        double[] h = steps[layer * config.numDirections() + direction][k].nextH();
        output[t] = concatenate(output[t], h);
      }
    }
    return output;
  }

  /** Runs one direction of one layer. */
  private Step[] pass(int layer, int direction, double[][] sequence, double[] h, double[] c) {
    String suffix = suffix(layer, direction);
    Step[] steps = new Step[sequence.length];
    for (int k = 0; k < steps.length; k++) {
      double[] x = sequence[timeOf(k, steps.length, direction)];
      double[] z = preactivations(suffix, x, h);
      double[] nextC = nextCell(z, c);
      double[] nextH = nextHidden(suffix, z, nextC);
      steps[k] = new Step(x, h, c, z, nextH, nextC);
      h = nextH;
      c = nextC;
    }
    return steps;
  }

  /** The ending of the names of one layer's and direction's parameters. */
  static String suffix(int layer, int direction) {
    return "_l" + layer + (direction == 1 ? "_reverse" : "");
  }

  /** The time step that a direction takes as its k-th: direction 1 starts at the last. */
  static int timeOf(int k, int length, int direction) {
    return direction == 0 ? k : length - 1 - k;
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

  static double sigmoid(double z) {
    return 1 / (1 + Math.exp(-z));
  }

  private static double[] concatenate(double[] a, double[] b) {
    double[] both = new double[a.length + b.length];
    System.arraycopy(a, 0, both, 0, a.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }
}
