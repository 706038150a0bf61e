package io.github.lstm4j.benchmarks.dl4j;

import io.github.lstm4j.benchmarks.Engine;
import io.github.lstm4j.benchmarks.Shape;
import io.github.lstm4j.benchmarks.Workload;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.memory.conf.WorkspaceConfiguration;
import org.nd4j.linalg.api.memory.enums.AllocationPolicy;
import org.nd4j.linalg.api.memory.enums.LearningPolicy;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * {@code MultiLayerNetwork.output} of LSTM layers alone. Input and output are {@code [B, size, T]},
 * DL4J's own layout, in the memory order in which its LSTM makes its output: each time step in one
 * piece. The output lies in a workspace that every call uses again. Padding is computed: in one
 * direction a mask would only add work.
 */
final class Dl4jEngine implements Engine {
  private static final String WORKSPACE = "output";
  private static final long SLACK = 1 << 16;

  private final String build;
  private final MultiLayerNetwork network;
  private final INDArray input;
  private final WorkspaceConfiguration reused;
  private MemoryWorkspace workspace;
  private INDArray output;

  Dl4jEngine(Workload workload, String build) {
    this.build = build;
    Shape shape = workload.shape();
    if (shape.ragged() && shape.bidirectional()) {
      throw new UnsupportedOperationException("DL4J runs ragged shapes without masks");
    }
    network = Dl4jNetwork.of(workload);
    input =
        Nd4j.createUninitialized(
            DataType.FLOAT, new long[] {shape.batch(), shape.input(), shape.steps()}, 'f');
    input.assign(
        Nd4j.createFromArray(workload.input())
            .reshape(shape.steps(), shape.batch(), shape.input())
            .permute(1, 2, 0));
    reused =
        WorkspaceConfiguration.builder()
            .initialSize((long) workload.outputSize() * Float.BYTES + SLACK)
            .policyAllocation(AllocationPolicy.STRICT)
            .policyLearning(LearningPolicy.NONE)
            .build();
  }

  @Override
  public void forward() {
    if (workspace != null) {
      workspace.close(); // its memory is free again; the output could be read until here
    }
    workspace = Nd4j.getWorkspaceManager().getAndActivateWorkspace(reused, WORKSPACE);
    output = network.output(input, false, workspace);
  }

  @Override
  public float[] output() {
    return output.detach().permute(2, 0, 1).dup('c').data().asFloat();
  }

  @Override
  public String description() {
    return "DL4J " + version() + ", nd4j-native " + build;
  }

  private static String version() {
    String file = "/META-INF/maven/org.deeplearning4j/deeplearning4j-nn/pom.properties";
    Properties properties = new Properties();
    try (InputStream stream = MultiLayerNetwork.class.getResourceAsStream(file)) {
      properties.load(stream);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version");
  }

  @Override
  public void close() {
    workspace.close();
    network.close();
  }
}
