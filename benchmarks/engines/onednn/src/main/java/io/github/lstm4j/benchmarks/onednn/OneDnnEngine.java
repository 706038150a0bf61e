package io.github.lstm4j.benchmarks.onednn;

import io.github.lstm4j.benchmarks.Engine;
import io.github.lstm4j.benchmarks.Shape;
import io.github.lstm4j.benchmarks.Workload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.memory.data_type;
import org.bytedeco.dnnl.memory.format_tag;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.FloatPointer;

/** oneDNN: one primitive per layer, each with its weights in the layout that oneDNN asked for. */
final class OneDnnEngine implements Engine {
  private final engine cpu = new engine(engine.kind.cpu, 0);
  private final stream order = new stream(cpu);
  private final List<OneDnnLayer> layers = new ArrayList<>();
  private final memory output;

  OneDnnEngine(Workload workload) {
    Shape shape = workload.shape();
    memory x = rows(shape, shape.input());
    OneDnnLayer.floats(x).put(workload.input());
    for (int layer = 0; layer < shape.layers(); layer++) {
      memory y = rows(shape, workload.outputWidth());
      layers.add(new OneDnnLayer(workload, layer, cpu, order, x, y));
      x = y;
    }
    output = x;
  }

  private memory rows(Shape shape, int width) {
    long[] dims = {shape.steps(), shape.batch(), width};
    return new memory(new memory.desc(dims, data_type.f32, format_tag.tnc), cpu);
  }

  @Override
  public void forward() {
    for (OneDnnLayer layer : layers) {
      layer.execute(order);
    }
    order._wait();
  }

  @Override
  public void spoil() {
    FloatPointer floats = OneDnnLayer.floats(output);
    float[] nothing = new float[(int) floats.capacity()];
    Arrays.fill(nothing, Float.NaN);
    floats.put(nothing);
  }

  @Override
  public float[] output() {
    FloatPointer floats = OneDnnLayer.floats(output);
    float[] copy = new float[(int) floats.capacity()];
    floats.get(copy);
    return copy;
  }

  @Override
  public String description() {
    return String.format(
        "oneDNN %d.%d.%d, %s",
        dnnl.dnnl_version().major(),
        dnnl.dnnl_version().minor(),
        dnnl.dnnl_version().patch(),
        layers.get(0).implementation());
  }

  /** The process ends with the fork; JavaCPP frees what is left. */
  @Override
  public void close() {
    order.close();
  }
}
