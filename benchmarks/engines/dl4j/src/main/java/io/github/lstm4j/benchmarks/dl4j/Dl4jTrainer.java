package io.github.lstm4j.benchmarks.dl4j;

import io.github.lstm4j.benchmarks.Trainer;
import io.github.lstm4j.benchmarks.Workload;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * {@code MultiLayerNetwork.fit} of one batch: LSTM layers under an {@code RnnLossLayer}. Without
 * the update it is {@code computeGradientAndScore}, which {@code fit} calls too.
 *
 * <p>DL4J's score is the mean over features and batch, but the sum over time, and its gradients are
 * not divided by the batch before the update. That scales what is read here, not what is done.
 */
final class Dl4jTrainer implements Trainer {
  private final String build;
  private final Workload workload;
  private final MultiLayerNetwork network;
  private final INDArray input;
  private final INDArray target;

  Dl4jTrainer(Workload workload, String build) {
    this.build = build;
    this.workload = workload;
    network = Dl4jNetwork.forTraining(workload);
    input = Dl4jNetwork.sequences(workload.shape(), workload.input());
    target = Dl4jNetwork.sequences(workload.shape(), workload.target());
  }

  @Override
  public void forwardBackward() {
    network.setInput(input);
    network.setLabels(target);
    network.computeGradientAndScore();
  }

  @Override
  public void step() {
    network.fit(input, target);
  }

  @Override
  public double loss() {
    return network.score() / workload.shape().steps();
  }

  @Override
  public float[] gradient(String name) {
    float[] gradient =
        name.equals(INPUT)
            ? Dl4jNetwork.values(network.calculateGradients(input, target, null, null).getSecond())
            : Dl4jParameters.gradient(network, name);
    for (int k = 0; k < gradient.length; k++) {
      gradient[k] /= workload.shape().steps() * workload.shape().batch();
    }
    return gradient;
  }

  /**
   * DL4J adds ε to a √v that has no bias correction, and to that of gradients summed over time. The
   * losses differ by up to 2e-4 of them, a bias at half its rate by 6e-4 and more.
   */
  @Override
  public double lossLatitude() {
    return 3e-4;
  }

  @Override
  public String description() {
    return Dl4jNetwork.version() + ", nd4j-native " + build + ", RnnLossLayer, Adam";
  }

  @Override
  public void close() {
    network.close();
  }
}
