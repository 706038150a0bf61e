package io.github.lstm4j.benchmarks.parts;

import io.github.lstm4j.benchmarks.Shape;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas_full;
import org.bytedeco.openblas.global.openblas_nolapack;
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
 * The matrix products of one layer and direction, without the cell: what of a forward pass is
 * OpenBLAS's. A forward pass under the GEMM schedule less these two is the activations, the cell
 * update and the calls.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Gemm {
  /** A shape of one layer and direction, as {@link Shape#parse} reads it. */
  @Param("50x1x128x128")
  public String shape;

  private Shape sizes;
  private FloatPointer x;
  private FloatPointer inputWeights;
  private FloatPointer h;
  private FloatPointer recurrentWeights;
  private FloatPointer gates;

  /** Fills the matrices, and fails unless a product is right. */
  @Setup(Level.Trial)
  public void prepare() {
    openblas_full.openblas_set_num_threads(1);
    sizes = Shape.parse(shape);
    int rows = sizes.steps() * sizes.batch();
    int width = 4 * sizes.hidden();
    x = filled(rows * sizes.input());
    inputWeights = filled(width * sizes.input());
    h = filled(sizes.batch() * sizes.hidden());
    recurrentWeights = filled(width * sizes.hidden());
    gates = new FloatPointer((long) rows * width);
    input();
    double expected = 0;
    for (int k = 0; k < sizes.input(); k++) {
      expected += (double) x.get(k) * inputWeights.get(k);
    }
    if (!(Math.abs(gates.get(0) - expected) < 1e-3)) {
      throw new IllegalStateException("sgemm: expected " + expected + ", got " + gates.get(0));
    }
  }

  private static FloatPointer filled(int size) {
    FloatPointer values = new FloatPointer((long) size);
    for (int k = 0; k < size; k++) {
      values.put(k, (k % 17 - 8) / 64f);
    }
    return values;
  }

  /** The input of all steps at once: {@code [T·B, I] · [4H, I]ᵀ}. */
  @Benchmark
  public void input() {
    int rows = sizes.steps() * sizes.batch();
    product(rows, sizes.input(), x, inputWeights, 0, 0);
  }

  /** The recurrence: for every step {@code [B, H] · [4H, H]ᵀ}, added to that step's gates. */
  @Benchmark
  public void recurrent() {
    for (int t = 0; t < sizes.steps(); t++) {
      long at = (long) t * sizes.batch() * 4 * sizes.hidden();
      product(sizes.batch(), sizes.hidden(), h, recurrentWeights, at, 1);
    }
    gates.position(0);
  }

  /** A single row is a matrix-vector product, for which OpenBLAS has a faster function. */
  private void product(
      int rows, int depth, FloatPointer a, FloatPointer weights, long at, float beta) {
    int width = 4 * sizes.hidden();
    gates.position(at);
    if (rows == 1) {
      openblas_nolapack.cblas_sgemv(
          openblas_nolapack.CblasRowMajor,
          openblas_nolapack.CblasNoTrans,
          width,
          depth,
          1,
          weights,
          depth,
          a,
          1,
          beta,
          gates,
          1);
      return;
    }
    openblas_nolapack.cblas_sgemm(
        openblas_nolapack.CblasRowMajor,
        openblas_nolapack.CblasNoTrans,
        openblas_nolapack.CblasTrans,
        rows,
        width,
        depth,
        1,
        a,
        depth,
        weights,
        depth,
        beta,
        gates,
        width);
  }
}
