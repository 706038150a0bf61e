package io.github.lstm4j.benchmarks.parts;

import java.lang.invoke.MethodHandle;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas_full;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;

/** The call of {@link CallJavacpp} through the Foreign Function and Memory API. JDK 22 or newer. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CallForeign {
  // Static and final, so that the JIT compiler inlines through them.
  private static final MethodHandle CALL = handle(false);
  private static final MethodHandle CRITICAL = handle(true);

  private static MethodHandle handle(boolean critical) {
    Loader.load(openblas_full.class);
    MethodHandle handle =
        ForeignFunctions.intFunction("openblas_get_num_threads", OpenblasLibrary.path(), critical);
    try {
      int threads = (int) handle.invokeExact();
      if (threads != openblas_full.openblas_get_num_threads()) {
        throw new IllegalStateException("not the OpenBLAS that JavaCPP loaded");
      }
      return handle;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** Asks OpenBLAS for its number of threads. */
  @Benchmark
  public int call() throws Throwable {
    return (int) CALL.invokeExact();
  }

  /** The same, declared never to block. */
  @Benchmark
  public int critical() throws Throwable {
    return (int) CRITICAL.invokeExact();
  }
}
