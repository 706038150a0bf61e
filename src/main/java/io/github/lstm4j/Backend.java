package io.github.lstm4j;

/**
 * Where the arithmetic runs. All backends compute the same function; docs/numerics.md has the
 * bounds.
 */
public enum Backend {
  /**
   * The best backend that loads on this machine: NATIVE, else VECTOR, else JAVA. Decided once per
   * JVM.
   */
  AUTO,
  /** C kernels, and OpenBLAS for the {@link Schedule#GEMM} schedule, through JavaCPP. */
  NATIVE,
  /**
   * Java with the Vector API; needs {@code --add-modules jdk.incubator.vector} and a CPU with fused
   * multiply-add.
   */
  VECTOR,
  /** Plain Java. Works everywhere. */
  JAVA
}
