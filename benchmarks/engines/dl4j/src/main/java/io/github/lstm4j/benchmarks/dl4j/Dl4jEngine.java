package io.github.lstm4j.benchmarks.dl4j;

import io.github.lstm4j.benchmarks.Engine;
import io.github.lstm4j.benchmarks.Shape;
import io.github.lstm4j.benchmarks.Workload;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.memory.conf.WorkspaceConfiguration;
import org.nd4j.linalg.api.memory.enums.AllocationPolicy;
import org.nd4j.linalg.api.memory.enums.LearningPolicy;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * {@code MultiLayerNetwork.output} of LSTM layers alone. The output lies in a workspace that every
 * call uses again. Padding is computed: in one direction a mask would only add work.
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
    input = Dl4jNetwork.sequences(shape, workload.input());
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
  public void spoil() {
    output.assign(Float.NaN);
  }

  @Override
  public float[] output() {
    return Dl4jNetwork.values(output.detach());
  }

  @Override
  public String description() {
    return Dl4jNetwork.version() + ", nd4j-native " + build;
  }

  @Override
  public void close() {
    workspace.close();
    network.close();
  }
}
