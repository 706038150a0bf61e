package io.github.lstm4j.benchmarks.parts;

import java.util.concurrent.TimeUnit;
import org.bytedeco.openblas.global.openblas_full;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;

/** What one native call costs through JavaCPP's JNI glue: OpenBLAS's function that does least. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CallJavacpp {
  /** Asks OpenBLAS for its number of threads. */
  @Benchmark
  public int call() {
    return openblas_full.openblas_get_num_threads();
  }
}
