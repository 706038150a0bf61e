package io.github.lstm4j.benchmarks.parts;

import io.github.lstm4j.benchmarks.Shape;
import io.github.lstm4j.internal.bindings.CKernels;
import io.github.lstm4j.internal.bindings.NativeLibrary;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.FloatPointer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The fused cell of one layer and direction, without any product: biases, activations and cell
 * update of every step, one native call each, as the GEMM schedule makes them. The one benchmark
 * that looks inside the library: no public class computes a cell alone.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FusedCell {
  /** A shape of one layer and direction, as {@link Shape#parse} reads it. */
  @Param("50x1x128x128")
  public String shape;

  private int isa;
  private Shape sizes;
  private FloatPointer gates;
  private FloatPointer bias;
  private FloatPointer c;
  private FloatPointer h;
  private FloatPointer out;

  /** Takes the widest variant that this CPU has, and fails unless one cell is right. */
  @Setup(Level.Trial)
  public void prepare() {
    NativeLibrary library = NativeLibrary.kernels();
    if (library.failure() != null) {
      throw new IllegalStateException(library.failure(), library.cause());
    }
    isa = CKernels.lstm4j_isa_count() - 1;
    while (CKernels.lstm4j_isa_supported(isa) == 0) {
      isa--;
    }
    sizes = Shape.parse(shape);
    int state = sizes.batch() * sizes.hidden();
    gates = filled(sizes.steps() * 4 * state);
    bias = filled(4 * sizes.hidden());
    c = filled(state);
    h = filled(state);
    out = filled(sizes.steps() * state);
    double before = c.get(0);
    step(0);
    double expected = sigmoid(gate(1)) * before + sigmoid(gate(0)) * Math.tanh(gate(2));
    expected = sigmoid(gate(3)) * Math.tanh(expected);
    if (!(Math.abs(h.get(0) - expected) < 1e-5)) {
      throw new IllegalStateException("cell: expected " + expected + ", got " + h.get(0));
    }
  }

  private static FloatPointer filled(int size) {
    FloatPointer values = new FloatPointer((long) size);
    for (int k = 0; k < size; k++) {
      values.put(k, (k % 97 - 48) / 16f);
    }
    return values;
  }

  /** A gate's sum for the first hidden unit. */
  private double gate(int index) {
    int at = index * sizes.hidden();
    return (double) gates.get(at) + bias.get(at);
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private void step(int t) {
    long state = (long) t * sizes.batch() * sizes.hidden();
    CKernels.lstm4j_cell(
        isa,
        sizes.batch(),
        sizes.hidden(),
        gates.address() + 4 * state * Float.BYTES,
        bias.address(),
        c.address(),
        h.address(),
        out.address() + state * Float.BYTES,
        sizes.hidden());
  }

  /** Every step of the shape. */
  @Benchmark
  public void steps() {
    for (int t = 0; t < sizes.steps(); t++) {
      step(t);
    }
  }
}
