package io.github.lstm4j.benchmarks.dl4j;

import io.github.lstm4j.benchmarks.Workload;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Weights in DL4J's layout {@code [size, 4·H]}, where PyTorch has {@code [4·H, size]}. */
final class Dl4jParameters {
  /**
   * Where DL4J's gates stand in PyTorch's order i, f, g, o. DL4J calls them input, forget, output
   * and input modulation; its "input" is the one with tanh.
   */
  private static final int[] GATES = {2, 1, 3, 0};

  private static final Map<String, String> KEYS =
      Map.of("weight_ih", "W", "weight_hh", "RW", "bias_ih", "b", "bias_hh", "b");
  private static final Pattern NAME = Pattern.compile("(.*)_l(\\d+)(_reverse)?");

  private Dl4jParameters() {}

  static void set(MultiLayerNetwork network, Workload workload) {
    Map<String, INDArray> parameters = network.paramTable();
    parameters.values().forEach(parameter -> parameter.assign(0));
    for (String name : workload.parameters().tensors().keySet()) {
      INDArray parameter = parameters.get(key(network, name));
      INDArray blocks = blocks(workload.parameters().get(name).toArray());
      INDArray columns = blocks.reshape(parameter.size(-1), -1).transpose();
      parameter.addi(columns.reshape(parameter.shape())); // DL4J's bias is the sum of PyTorch's two
    }
  }

  /**
   * Returns the gradient that the last run left.
   *
   * @param name PyTorch's; that of either bias is the one of DL4J's
   */
  static float[] gradient(MultiLayerNetwork network, String name) {
    INDArray gradient = network.gradient().gradientForVariable().get(key(network, name));
    INDArray columns = gradient.reshape(-1, gradient.size(-1)); // a bias has rank 1
    float[] blocks = columns.transpose().dup('c').data().asFloat();
    float[] rows = new float[blocks.length];
    int block = rows.length / GATES.length;
    for (int gate = 0; gate < GATES.length; gate++) {
      System.arraycopy(blocks, gate * block, rows, GATES[gate] * block, block);
    }
    return rows;
  }

  private static INDArray blocks(float[] rows) {
    float[] blocks = new float[rows.length];
    int block = rows.length / GATES.length;
    for (int gate = 0; gate < GATES.length; gate++) {
      System.arraycopy(rows, GATES[gate] * block, blocks, gate * block, block);
    }
    return Nd4j.createFromArray(blocks);
  }

  /** Returns DL4J's name, for example {@code 0_W}, or {@code 0_fW} in a bidirectional layer. */
  private static String key(MultiLayerNetwork network, String name) {
    Matcher found = NAME.matcher(name);
    if (!found.matches()) {
      throw new IllegalArgumentException("name: expected a parameter of an LSTM, got " + name);
    }
    int layer = Integer.parseInt(found.group(2));
    boolean bidirectional =
        network.getLayerWiseConfigurations().getConf(layer).getLayer() instanceof Bidirectional;
    String direction = bidirectional ? found.group(3) == null ? "f" : "b" : "";
    return layer + "_" + direction + KEYS.get(found.group(1));
  }
}
