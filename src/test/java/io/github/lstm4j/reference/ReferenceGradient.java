package io.github.lstm4j.reference;

import io.github.lstm4j.LstmConfig;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Naive backpropagation through time for {@link ReferenceLstm}, in double precision: the chain rule
 * in plain loops, one sequence and one time step at a time. It shares no code with the library.
 *
 * <p>The loss is anything whose gradients with respect to output, hn and cn are given.
 */
public final class ReferenceGradient {
  private final LstmConfig config;
  private final Map<String, double[]> parameters;
  private final Map<String, double[]> gradients = new LinkedHashMap<>();

  private ReferenceGradient(LstmConfig config, Map<String, double[]> parameters) {
    this.config = config;
    this.parameters = parameters;
    parameters.forEach((name, values) -> gradients.put(name, new double[values.length]));
  }

  /**
   * Gradients of the loss, in the layouts of {@link ReferenceLstm#run}'s arguments.
   *
   * @param x {@code [B][T_b][I]}
   * @param h0 {@code [L·D][B][Hout]}
   * @param c0 {@code [L·D][B][H]}
   * @param parameters under PyTorch's names, row-major
   */
  public record Result(
      double[][][] x, double[][][] h0, double[][][] c0, Map<String, double[]> parameters) {}

  /**
   * Differentiates {@code ReferenceLstm.run(config, parameters, x, h0, c0)}.
   *
   * @param config as for the forward pass
   * @param parameters as for the forward pass
   * @param x as for the forward pass
   * @param h0 as for the forward pass
   * @param c0 as for the forward pass
   * @param grad the loss's gradients with respect to what the forward pass returns
   */
  public static Result run(
      LstmConfig config,
      Map<String, double[]> parameters,
      double[][][] x,
      double[][][] h0,
      double[][][] c0,
      ReferenceLstm.Result grad) {
    ReferenceLstm lstm = new ReferenceLstm(config, parameters);
    ReferenceGradient gradient = new ReferenceGradient(config, parameters);
    int directions = config.numDirections();
    int rows = config.numLayers() * directions;
    double[][][] gradX = new double[x.length][][];
    double[][][] gradH0 = new double[rows][x.length][];
    double[][][] gradC0 = new double[rows][x.length][];
    for (int b = 0; b < x.length; b++) {
      ReferenceLstm.Step[][] steps = lstm.steps(x[b], b, h0, c0);
      double[][] above = grad.output()[b];
      for (int layer = config.numLayers() - 1; layer >= 0; layer--) {
        double[][] below = new double[x[b].length][config.layerInputSize(layer)];
        for (int direction = 0; direction < directions; direction++) {
          int row = layer * directions + direction;
          gradH0[row][b] = grad.hn()[row][b].clone();
          gradC0[row][b] = grad.cn()[row][b].clone();
          gradient.pass(layer, direction, steps[row], above, gradH0[row][b], gradC0[row][b], below);
        }
        above = below;
      }
      gradX[b] = above;
    }
    return new Result(gradX, gradH0, gradC0, gradient.gradients);
  }

  /**
   * Goes back through one direction of one layer.
   *
   * @param above gradient of the layer's output, {@code [T][D·Hout]}
   * @param dh gradient of the last h; becomes that of the first
   * @param dc gradient of the last c; becomes that of the first
   * @param below gradient of the layer's input, {@code [T][in]}; added to
   */
  private void pass(
      int layer,
      int direction,
      ReferenceLstm.Step[] steps,
      double[][] above,
      double[] dh,
      double[] dc,
      double[][] below) {
    String suffix = ReferenceLstm.suffix(layer, direction);
    for (int k = steps.length - 1; k >= 0; k--) {
      int t = ReferenceLstm.timeOf(k, steps.length, direction);
      for (int j = 0; j < dh.length; j++) {
        dh[j] += above[t][direction * dh.length + j];
      }
      double[] dz = cell(suffix, steps[k], dh, dc);
      product("weight_ih" + suffix, dz, steps[k].x(), below[t]);
      Arrays.fill(dh, 0);
      product("weight_hh" + suffix, dz, steps[k].h(), dh);
      if (config.bias()) {
        add(gradients.get("bias_ih" + suffix), dz);
        add(gradients.get("bias_hh" + suffix), dz);
      }
    }
  }

  /**
   * Goes back through projection, {@code h' = o ⊙ tanh(c')} and {@code c' = f ⊙ c + i ⊙ g}.
   *
   * @param dh gradient of the h after the step
   * @param dc gradient of the c after the step; becomes that of the c before it
   * @return gradient of the gates before their functions, {@code [4H]}
   */
  private double[] cell(String suffix, ReferenceLstm.Step step, double[] dh, double[] dc) {
    int hidden = config.hiddenSize();
    double[] z = step.z();
    double[] dHidden = config.projSize() == 0 ? dh : beforeProjection(suffix, step, dh);
    double[] dz = new double[4 * hidden];
    for (int k = 0; k < hidden; k++) {
      double i = ReferenceLstm.sigmoid(z[k]);
      double f = ReferenceLstm.sigmoid(z[hidden + k]);
      double g = Math.tanh(z[2 * hidden + k]);
      double o = ReferenceLstm.sigmoid(z[3 * hidden + k]);
      double tanhC = Math.tanh(step.nextC()[k]);
      double d = dc[k] + dHidden[k] * o * (1 - tanhC * tanhC);
      dz[k] = d * g * i * (1 - i);
      dz[hidden + k] = d * step.c()[k] * f * (1 - f);
      dz[2 * hidden + k] = d * i * (1 - g * g);
      dz[3 * hidden + k] = dHidden[k] * tanhC * o * (1 - o);
      dc[k] = d * f;
    }
    return dz;
  }

  /** Goes back through {@code W_hr (o ⊙ tanh(c'))}. */
  private double[] beforeProjection(String suffix, ReferenceLstm.Step step, double[] dh) {
    int hidden = config.hiddenSize();
    double[] unprojected = new double[hidden];
    for (int k = 0; k < hidden; k++) {
      unprojected[k] = ReferenceLstm.sigmoid(step.z()[3 * hidden + k]) * Math.tanh(step.nextC()[k]);
    }
    double[] dHidden = new double[hidden];
    product("weight_hr" + suffix, dh, unprojected, dHidden);
    return dHidden;
  }

  /** Goes back through {@code y = W v}: {@code dW += dy vᵀ} and {@code dv += Wᵀ dy}. */
  private void product(String weight, double[] dy, double[] v, double[] dv) {
    double[] w = parameters.get(weight);
    double[] dw = gradients.get(weight);
    for (int row = 0; row < dy.length; row++) {
      for (int k = 0; k < v.length; k++) {
        dw[row * v.length + k] += dy[row] * v[k];
        dv[k] += w[row * v.length + k] * dy[row];
      }
    }
  }

  private static void add(double[] sum, double[] values) {
    for (int k = 0; k < sum.length; k++) {
      sum[k] += values[k];
    }
  }
}
