package io.github.lstm4j.benchmarks.dl4j;

import io.github.lstm4j.benchmarks.Shape;
import io.github.lstm4j.benchmarks.Trainer;
import io.github.lstm4j.benchmarks.Workload;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The workload's LSTM as a network of DL4J. */
final class Dl4jNetwork {
  private Dl4jNetwork() {}

  /** Returns LSTM layers alone. */
  static MultiLayerNetwork of(Workload workload) {
    return build(workload, layers(workload));
  }

  /**
   * Returns LSTM layers under the mean squared error, with Adam. Where PyTorch has two biases DL4J
   * has their sum, which one step of Adam moves by what it moves both: twice the rate.
   */
  static MultiLayerNetwork forTraining(Workload workload) {
    RnnLossLayer loss =
        new RnnLossLayer.Builder(LossFunction.MSE)
            .activation(Activation.IDENTITY)
            .dataFormat(RNNFormat.NCW)
            .build();
    return build(workload, layers(workload).layer(loss));
  }

  private static NeuralNetConfiguration.ListBuilder layers(Workload workload) {
    Shape shape = workload.shape();
    NeuralNetConfiguration.ListBuilder layers =
        new NeuralNetConfiguration.Builder()
            .dataType(DataType.FLOAT)
            .updater(new Adam(Trainer.LEARNING_RATE))
            .biasUpdater(new Adam(2 * Trainer.LEARNING_RATE))
            .list();
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
    return layers;
  }

  private static MultiLayerNetwork build(
      Workload workload, NeuralNetConfiguration.ListBuilder layers) {
    MultiLayerNetwork network = new MultiLayerNetwork(layers.build());
    network.init();
    Dl4jParameters.set(network, workload);
    return network;
  }

  /**
   * Returns PyTorch's {@code [T, B, size]} as {@code [B, size, T]}, in the memory order in which
   * DL4J's LSTM makes its output: each time step in one piece.
   */
  static INDArray sequences(Shape shape, float[] values) {
    long size = values.length / (shape.steps() * shape.batch());
    INDArray sequences =
        Nd4j.createUninitialized(
            DataType.FLOAT, new long[] {shape.batch(), size, shape.steps()}, 'f');
    return sequences.assign(
        Nd4j.createFromArray(values).reshape(shape.steps(), shape.batch(), size).permute(1, 2, 0));
  }

  /** Goes the other way. */
  static float[] values(INDArray sequences) {
    return sequences.permute(2, 0, 1).dup('c').data().asFloat();
  }

  static String version() {
    String file = "/META-INF/maven/org.deeplearning4j/deeplearning4j-nn/pom.properties";
    Properties properties = new Properties();
    try (InputStream stream = MultiLayerNetwork.class.getResourceAsStream(file)) {
      properties.load(stream);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String core = System.getenv("OPENBLAS_CORETYPE"); // dl4j-java.sh sets it
    return "DL4J "
        + properties.getProperty("version")
        + (core == null ? "" : ", OpenBLAS as for " + core);
  }
}
