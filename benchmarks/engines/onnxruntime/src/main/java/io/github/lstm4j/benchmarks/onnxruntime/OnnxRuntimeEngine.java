package io.github.lstm4j.benchmarks.onnxruntime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import io.github.lstm4j.benchmarks.Engine;
import io.github.lstm4j.benchmarks.Shape;
import io.github.lstm4j.benchmarks.Workload;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** ONNX Runtime over the caller's direct buffers: input and output tensors are made once. */
final class OnnxRuntimeEngine implements Engine {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;
  private final Map<String, OnnxTensor> inputs = new HashMap<>();
  private final FloatBuffer output;
  private final Map<String, OnnxTensor> outputs;

  OnnxRuntimeEngine(Workload workload) throws OrtException {
    Shape shape = workload.shape();
    try (SessionOptions options = new SessionOptions()) {
      options.setIntraOpNumThreads(workload.threads());
      options.setInterOpNumThreads(1);
      options.setExecutionMode(SessionOptions.ExecutionMode.SEQUENTIAL);
      options.setOptimizationLevel(SessionOptions.OptLevel.ALL_OPT);
      session = environment.createSession(LstmModel.bytes(workload), options);
    }
    long t = shape.steps();
    long b = shape.batch();
    FloatBuffer input =
        direct(workload.input().length).asFloatBuffer().put(workload.input()).flip();
    inputs.put(
        LstmModel.INPUT,
        OnnxTensor.createTensor(environment, input, new long[] {t, b, shape.input()}));
    if (shape.ragged()) {
      IntBuffer lengths = direct(shape.batch()).asIntBuffer().put(workload.lengths()).flip();
      inputs.put(LstmModel.LENGTHS, OnnxTensor.createTensor(environment, lengths, new long[] {b}));
    }
    boolean plain = shape.layers() == 1 && shape.directions() == 1;
    long[] dims =
        plain ? new long[] {t, 1, b, shape.hidden()} : new long[] {t, b, workload.outputWidth()};
    output = direct(workload.outputSize()).asFloatBuffer();
    outputs = Map.of(LstmModel.OUTPUT, OnnxTensor.createTensor(environment, output, dims));
  }

  private static ByteBuffer direct(int elements) {
    return ByteBuffer.allocateDirect(elements * Float.BYTES).order(ByteOrder.nativeOrder());
  }

  @Override
  public void forward() {
    try {
      session.run(inputs, outputs).close();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void spoil() {
    float[] nothing = new float[output.capacity()];
    Arrays.fill(nothing, Float.NaN);
    output.put(0, nothing);
  }

  @Override
  public float[] output() {
    float[] copy = new float[output.capacity()];
    output.get(0, copy);
    return copy;
  }

  @Override
  public String description() {
    return "ONNX Runtime " + environment.getVersion() + ", CPU execution provider";
  }

  @Override
  public void close() {
    try {
      inputs.values().forEach(OnnxTensor::close);
      outputs.values().forEach(OnnxTensor::close);
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }
}
