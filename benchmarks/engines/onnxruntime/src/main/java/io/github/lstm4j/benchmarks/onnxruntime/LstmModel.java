package io.github.lstm4j.benchmarks.onnxruntime;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import io.github.lstm4j.benchmarks.Shape;
import io.github.lstm4j.benchmarks.Workload;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * The workload's LSTM as an ONNX model: per layer one <a
 * href="https://onnx.ai/onnx/operators/onnx__LSTM.html">LSTM</a> node, then Transpose and Reshape
 * from ONNX's {@code [T, D, B, H]} to {@code [T, B, D·H]}; with one direction of one layer the two
 * orders are the same memory and the output is left as it is.
 */
final class LstmModel {
  static final String INPUT = "input";
  static final String LENGTHS = "lengths";
  static final String OUTPUT = "output";

  private static final int OPSET = 17;
  private static final int IR_VERSION = 8;

  /** Where ONNX's gates i, o, f, c stand in PyTorch's order i, f, g, o. */
  private static final int[] GATES = {0, 3, 1, 2};

  private final Workload workload;
  private final Shape shape;
  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("lstm");

  private LstmModel(Workload workload) {
    this.workload = workload;
    this.shape = workload.shape();
  }

  /** Returns the model file's bytes. */
  static byte[] bytes(Workload workload) {
    return new LstmModel(workload).build();
  }

  private byte[] build() {
    int t = shape.steps();
    int b = shape.batch();
    graph.addInput(value(INPUT, TensorProto.DataType.FLOAT, t, b, shape.input()));
    if (shape.ragged()) {
      graph.addInput(value(LENGTHS, TensorProto.DataType.INT32, b));
    }
    boolean plain = shape.layers() == 1 && shape.directions() == 1;
    if (!plain) {
      addTensor("joined", TensorProto.DataType.INT64, longs(0, 0, -1), 3);
    }
    String x = INPUT;
    for (int layer = 0; layer < shape.layers(); layer++) {
      String y = plain ? OUTPUT : "y" + layer;
      addLayer(layer, x, y);
      if (!plain) {
        String joined = layer == shape.layers() - 1 ? OUTPUT : "x" + (layer + 1);
        addJoin(y, joined);
        x = joined;
      }
    }
    graph.addOutput(
        plain
            ? value(OUTPUT, TensorProto.DataType.FLOAT, t, 1, b, shape.hidden())
            : value(OUTPUT, TensorProto.DataType.FLOAT, t, b, workload.outputWidth()));
    return ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .setGraph(graph)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
        .build()
        .toByteArray();
  }

  private void addLayer(int layer, String x, String y) {
    int directions = shape.directions();
    int rows = 4 * shape.hidden();
    int width = workload.config().layerInputSize(layer);
    addFloats("W" + layer, gates("weight_ih", layer, width), directions, rows, width);
    addFloats(
        "R" + layer, gates("weight_hh", layer, shape.hidden()), directions, rows, shape.hidden());
    addFloats("B" + layer, biases(layer), directions, 2 * rows);
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType("LSTM")
            .addAllInput(List.of(x, "W" + layer, "R" + layer, "B" + layer))
            .addAllInput(shape.ragged() ? List.of(LENGTHS) : List.of())
            .addOutput(y)
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("hidden_size")
                    .setType(AttributeProto.AttributeType.INT)
                    .setI(shape.hidden()))
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("direction")
                    .setType(AttributeProto.AttributeType.STRING)
                    .setS(ByteString.copyFromUtf8(directions == 2 ? "bidirectional" : "forward"))));
  }

  private void addJoin(String y, String joined) {
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType("Transpose")
            .addInput(y)
            .addOutput(y + "_by_row")
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("perm")
                    .setType(AttributeProto.AttributeType.INTS)
                    .addAllInts(List.of(0L, 2L, 1L, 3L))));
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType("Reshape")
            .addAllInput(List.of(y + "_by_row", "joined"))
            .addOutput(joined));
  }

  /** Both directions' matrices, their blocks of {@code H} rows in ONNX's order. */
  private float[] gates(String name, int layer, int width) {
    int block = shape.hidden() * width;
    float[] all = new float[shape.directions() * 4 * block];
    for (int direction = 0; direction < shape.directions(); direction++) {
      reorder(workload.parameter(name, layer, direction), block, all, direction * 4 * block);
    }
    return all;
  }

  private float[] biases(int layer) {
    int block = shape.hidden();
    float[] all = new float[shape.directions() * 8 * block];
    for (int direction = 0; direction < shape.directions(); direction++) {
      int at = direction * 8 * block;
      reorder(workload.parameter("bias_ih", layer, direction), block, all, at);
      reorder(workload.parameter("bias_hh", layer, direction), block, all, at + 4 * block);
    }
    return all;
  }

  private static void reorder(float[] from, int block, float[] to, int at) {
    for (int gate = 0; gate < GATES.length; gate++) {
      System.arraycopy(from, GATES[gate] * block, to, at + gate * block, block);
    }
  }

  private void addFloats(String name, float[] values, long... dims) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    addTensor(name, TensorProto.DataType.FLOAT, bytes, dims);
  }

  private void addTensor(String name, TensorProto.DataType type, ByteBuffer bytes, long... dims) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(type.getNumber())
            .setRawData(ByteString.copyFrom(bytes));
    for (long dim : dims) {
      tensor.addDims(dim);
    }
    graph.addInitializer(tensor);
  }

  private static ByteBuffer longs(long... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(values);
    return bytes;
  }

  private static ValueInfoProto value(String name, TensorProto.DataType type, long... dims) {
    TensorShapeProto.Builder dimensions = TensorShapeProto.newBuilder();
    for (long dim : dims) {
      dimensions.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(dim));
    }
    TypeProto.Tensor tensor =
        TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(dimensions).build();
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }
}
