package io.github.lstm4j.internal.kernels;

/** A backend in Java: {@link HeapLayer} over a {@link HeapMath}. */
final class HeapKernels implements Kernels {
  private final HeapMath math;

  HeapKernels(HeapMath math) {
    this.math = math;
  }

  @Override
  public LayerKernel layer(CellWeights weights) {
    return new HeapLayer(math, weights);
  }

  @Override
  public LayerGradient gradient(CellWeights weights) {
    return new HeapGradient(math, weights);
  }

  @Override
  public Kept newKept() {
    return new HeapKept();
  }

  @Override
  public GateGradients newGateGradients() {
    return new HeapGateGradients();
  }

  @Override
  public Scratch newScratch() {
    return new HeapLayer.HeapScratch();
  }

  @Override
  public String variant() {
    return math.variant();
  }

  @Override
  public String schedule() {
    return "none";
  }
}
