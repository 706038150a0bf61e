package io.github.lstm4j;

import io.github.lstm4j.reference.ReferenceGradient;
import io.github.lstm4j.reference.ReferenceLstm;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An {@link LstmCase} and a loss, sum(output · G) + sum(hn · Gh) + sum(cn · Gc): its gradients in
 * every form in which the library takes and gives them, and the answer of {@link
 * ReferenceGradient}.
 */
final class GradientCase {
  /** The same case is asked of every backend; the reference need not answer twice. */
  private static final Map<String, Map<String, double[]>> TRUTHS = new ConcurrentHashMap<>();

  final LstmCase inputs;
  private final float[][][] g;
  private final float[] gh;
  private final float[] gc;

  GradientCase(LstmCase inputs) {
    this.inputs = inputs;
    Random random = new Random(~inputs.seed);
    g = new float[inputs.batch()][][];
    for (int b = 0; b < g.length; b++) {
      g[b] = new float[inputs.lengths[b]][];
      for (int t = 0; t < g[b].length; t++) {
        g[b][t] = LstmCase.uniform(random, inputs.width(), 1);
      }
    }
    int rows = inputs.states() * inputs.batch();
    gh = LstmCase.uniform(random, rows * inputs.config.outputSize(), 1);
    gc = LstmCase.uniform(random, rows * inputs.config.hiddenSize(), 1);
  }

  /** Every sequence has all steps. */
  static GradientCase dense(LstmConfig config, int steps, int batch, boolean state, long seed) {
    return new GradientCase(LstmCase.dense(config, steps, batch, state, seed));
  }

  /** Sequences of the lengths given, in a padded input of {@code steps}, with a state. */
  static GradientCase ragged(LstmConfig config, int steps, int[] lengths, long seed) {
    return new GradientCase(LstmCase.ragged(config, steps, lengths, true, seed));
  }

  /** The loss's gradient for the output, in the layout of the configuration: G. */
  Tensor output(float padding) {
    return inputs.padded(g, inputs.width(), padding);
  }

  /** As {@link #output}, for an output packed like {@link LstmCase#packed}. */
  Tensor packedOutput() {
    boolean batchFirst = inputs.config.batchFirst();
    return PackedSequence.pack(output(Float.NaN), inputs.lengths, batchFirst, false).data();
  }

  /** The loss's gradients for hn and cn: Gh and Gc. */
  LstmState state() {
    LstmState state = inputs.stateInto();
    state.h().copyFrom(gh);
    state.c().copyFrom(gc);
    return state;
  }

  /** Tensors to write every gradient to, each element of which is NaN. */
  LstmGradients into() {
    return into(inputs.empty(inputs.config.inputSize()));
  }

  /** As {@link #into} for a packed input. */
  LstmGradients into(PackedSequence packed) {
    return into(Tensor.allocate(packed.data().shape()));
  }

  private LstmGradients into(Tensor input) {
    LstmParameters parameters = LstmParameters.zeros(inputs.config);
    parameters.tensors().values().forEach(tensor -> tensor.fill(Float.NaN));
    return new LstmGradients(input.fill(Float.NaN), inputs.stateInto(), parameters);
  }

  /** The tensors by name: {@code x}, {@code h0}, {@code c0} and the parameters; nulls left out. */
  static Map<String, Tensor> tensors(LstmGradients gradients) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    if (gradients.input() != null) {
      tensors.put("x", gradients.input());
    }
    if (gradients.initial() != null) {
      tensors.put("h0", gradients.initial().h());
      tensors.put("c0", gradients.initial().c());
    }
    if (gradients.parameters() != null) {
      tensors.putAll(gradients.parameters().tensors());
    }
    return tensors;
  }

  /** What the reference answers, by the names of {@link #tensors}; zero for the padding of x. */
  Map<String, double[]> truth() {
    return TRUTHS.computeIfAbsent(toString(), key -> computeTruth());
  }

  private Map<String, double[]> computeTruth() {
    return byName(
        ReferenceGradient.run(
            inputs.config,
            inputs.wideWeights(),
            inputs.wideInput(),
            inputs.wideState(false),
            inputs.wideState(true),
            wide()));
  }

  /** G, Gh and Gc as the reference takes them. */
  ReferenceLstm.Result wide() {
    return new ReferenceLstm.Result(
        LstmCase.widen(g),
        inputs.state(gh, inputs.config.outputSize()),
        inputs.state(gc, inputs.config.hiddenSize()));
  }

  /** The reference's gradients in the layout of the configuration, by the names of tensors. */
  Map<String, double[]> byName(ReferenceGradient.Result result) {
    Map<String, double[]> gradients = new LinkedHashMap<>(result.parameters());
    gradients.put("x", inputs.padded(result.x(), inputs.config.inputSize()));
    gradients.put("h0", LstmCase.flat(result.h0()));
    gradients.put("c0", LstmCase.flat(result.c0()));
    return gradients;
  }

  /** Asserts that gradients in the layout of the configuration are the truth. */
  void assertTruth(LstmGradients gradients) {
    assertClose(truth(), gradients);
  }

  /** Asserts that gradients are these, by the names of {@link #tensors}. */
  void assertClose(Map<String, double[]> truth, LstmGradients gradients) {
    tensors(gradients)
        .forEach(
            (name, tensor) ->
                LstmCase.assertClose(this + ": " + name, truth.get(name), tensor.toArray()));
  }

  @Override
  public String toString() {
    return inputs + ", lengths' hash " + Arrays.hashCode(inputs.lengths);
  }
}
