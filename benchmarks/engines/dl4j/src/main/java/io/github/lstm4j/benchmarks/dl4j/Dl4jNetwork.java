package io.github.lstm4j.benchmarks.dl4j;

import io.github.lstm4j.benchmarks.Shape;
import io.github.lstm4j.benchmarks.Workload;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The workload's LSTM as a network of DL4J. */
final class Dl4jNetwork {
  /**
   * Where DL4J's gates stand in PyTorch's order i, f, g, o. DL4J calls them input, forget, output
   * and input modulation; its "input" is the one with tanh.
   */
  private static final int[] GATES = {2, 1, 3, 0};

  private Dl4jNetwork() {}

  static MultiLayerNetwork of(Workload workload) {
    Shape shape = workload.shape();
    NeuralNetConfiguration.ListBuilder layers =
        new NeuralNetConfiguration.Builder().dataType(DataType.FLOAT).list();
    for (int layer = 0; layer < shape.layers(); layer++) {
      LSTM lstm =
          new LSTM.Builder()
              .nIn(workload.config().layerInputSize(layer))
              .nOut(shape.hidden())
              .activation(Activation.TANH)
              .gateActivationFunction(Activation.SIGMOID)
              .dataFormat(RNNFormat.NCW)
              .build();
      layers.layer(
          shape.bidirectional() ? new Bidirectional(Bidirectional.Mode.CONCAT, lstm) : lstm);
    }
    MultiLayerNetwork network = new MultiLayerNetwork(layers.build());
    network.init();
    setParameters(network, workload);
    return network;
  }

  private static void setParameters(MultiLayerNetwork network, Workload workload) {
    Shape shape = workload.shape();
    Map<String, INDArray> parameters = network.paramTable();
    for (int layer = 0; layer < shape.layers(); layer++) {
      for (int direction = 0; direction < shape.directions(); direction++) {
        String prefix = layer + "_" + (shape.bidirectional() ? "fb".charAt(direction) : "");
        int width = workload.config().layerInputSize(layer);
        parameters
            .get(prefix + "W")
            .assign(columns(workload.parameter("weight_ih", layer, direction), width));
        parameters
            .get(prefix + "RW")
            .assign(columns(workload.parameter("weight_hh", layer, direction), shape.hidden()));
        parameters.get(prefix + "b").assign(columns(workload.bias(layer, direction), 1));
      }
    }
  }

  /** Returns {@code [width, 4·H]}, the blocks of {@code H} columns in DL4J's order. */
  private static INDArray columns(float[] byRows, int width) {
    float[] reordered = new float[byRows.length];
    int block = byRows.length / GATES.length;
    for (int gate = 0; gate < GATES.length; gate++) {
      System.arraycopy(byRows, GATES[gate] * block, reordered, gate * block, block);
    }
    return Nd4j.createFromArray(reordered).reshape(byRows.length / width, width).transpose();
  }
}
