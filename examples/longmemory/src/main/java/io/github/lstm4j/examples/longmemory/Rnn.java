package io.github.lstm4j.examples.longmemory;

import io.github.lstm4j.Tensor;
import io.github.lstm4j.train.Linear;
import io.github.lstm4j.train.Parameter;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The plain recurrent network, PyTorch's {@code nn.RNN}: {@code h_t = tanh(W_ih x_t + b_ih + W_hh
 * h_{t-1} + b_hh)}. Its gradient goes back through {@code dz_t = dh_t · (1 - h_t²)} and {@code
 * dh_{t-1} = W_hhᵀ dz_t}: a product with the same matrix at every step, which is what vanishes or
 * explodes.
 */
final class Rnn implements Network {
  private final Linear ih;
  private final Linear hh;
  private final Sizes sizes;

  /** {@code [T, B, H]}: W_ih x + b_ih, and in the backward pass dz. */
  private final Tensor projected;

  /** h_0 to h_T, each {@code [B, H]}. */
  private final Tensor[] states;

  private final Tensor product;
  private final float[] a;
  private final float[] b;

  /**
   * Makes a network of given layers.
   *
   * @param ih from I to H; shared
   * @param hh from H to H; shared
   */
  Rnn(Linear ih, Linear hh, Sizes sizes) {
    this.ih = ih;
    this.hh = hh;
    this.sizes = sizes;
    int row = sizes.batch() * sizes.hidden();
    projected = Tensor.allocate(sizes.steps(), sizes.batch(), sizes.hidden());
    product = Tensor.allocate(sizes.batch(), sizes.hidden());
    states = new Tensor[sizes.steps() + 1];
    for (int t = 0; t <= sizes.steps(); t++) {
      states[t] = Tensor.allocate(sizes.batch(), sizes.hidden());
    }
    a = new float[row];
    b = new float[row];
  }

  @Override
  public Tensor forward(Tensor x) {
    ih.forward(x, projected);
    FloatBuffer fromInput = projected.data();
    for (int t = 0; t < sizes.steps(); t++) {
      hh.forward(states[t], product);
      product.data().get(a);
      fromInput.get(t * a.length, b);
      for (int k = 0; k < a.length; k++) {
        a[k] = tanh(a[k] + b[k]);
      }
      states[t + 1].copyFrom(a);
    }
    return states[sizes.steps()];
  }

  @Override
  public void backward(Tensor x, Tensor lastGradient, Tensor inputGradient) {
    FloatBuffer gradients = projected.data();
    Tensor step = Tensor.allocate(sizes.batch(), sizes.hidden());
    product.copyFrom(lastGradient);
    for (int t = sizes.steps(); t > 0; t--) {
      product.data().get(a);
      states[t].data().get(b);
      for (int k = 0; k < a.length; k++) {
        a[k] *= 1 - b[k] * b[k];
      }
      gradients.put((t - 1) * a.length, a);
      step.copyFrom(a);
      hh.backward(states[t - 1], step, product, t < sizes.steps());
    }
    ih.backward(x, projected, inputGradient, false);
  }

  /** Math.tanh, but several times as fast; what it cancels near 0 is far below float32's digits. */
  private static float tanh(float x) {
    double e = Math.exp(-2 * Math.abs((double) x));
    return (float) Math.copySign((1 - e) / (1 + e), x);
  }

  @Override
  public List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>(ih.parameters("ih."));
    all.addAll(hh.parameters("hh."));
    return all;
  }
}
