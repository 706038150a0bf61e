package io.github.lstm4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.lstm4j.internal.bindings.CKernels;
import io.github.lstm4j.internal.kernels.KernelCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which backend runs, and why. */
class BackendReportTest {
  private static final String VECTOR_API = "--add-modules=jdk.incubator.vector";

  private static void assertSays(String text, String... parts) {
    for (String part : parts) {
      assertTrue(text.contains(part), () -> "expected \"" + part + "\" in: " + text);
    }
    // Thrown while a class is initialised, an exception would turn into an error.
    assertFalse(text.contains("ExceptionInInitializerError"), text);
    assertFalse(text.contains("NoClassDefFoundError"), text);
  }

  private static Lstm model(LstmOptions options) {
    return Lstm.create(LstmParameters.initialize(LstmConfig.of(5, 7), 1), options);
  }

  @Test
  void autoTakesNativeCodeWhereItLoads() {
    assumeTrue(NativeCode.excuse() == null, NativeCode::excuse);
    try (Lstm lstm = Lstm.create(LstmParameters.initialize(LstmConfig.of(5, 7), 1))) {
      BackendReport report = lstm.report();
      assertEquals(Backend.AUTO, report.requested());
      assertEquals(Backend.NATIVE, report.backend());
      List<String> variants = KernelCatalog.nativeVariants();
      assertEquals(variants.get(variants.size() - 1), report.variant());
      assertSays(report.toString(), "NATIVE", report.variant(), "widest");
      assertEquals("PACKED", report.schedule());
      assertEquals("none", report.blas());
    }
  }

  /** A new variant needs a subclass of the contract. */
  @Test
  void everyVariantHasAContractTest() {
    List<String> tested = List.of("baseline", "avx2", "avx512", "neon");
    assertTrue(tested.containsAll(KernelCatalog.nativeVariants()));
  }

  /** Else the contract tests of a variant would be skipped, on the library's own word. */
  @Test
  void aVariantRunsWhereTheSystemSaysThatTheCpuCan() throws IOException {
    assumeTrue(NativeCode.excuse() == null, NativeCode::excuse);
    Path cpuinfo = Path.of("/proc/cpuinfo");
    assumeTrue(Files.isReadable(cpuinfo), "no /proc/cpuinfo");
    String flags =
        Files.readAllLines(cpuinfo).stream()
            .filter(line -> line.startsWith("flags"))
            .findFirst()
            .orElse("");
    Set<String> has = Set.of(flags.substring(flags.indexOf(':') + 1).trim().split("\\s+"));
    List<String> variants = KernelCatalog.nativeVariants();
    assertEquals(has.containsAll(Set.of("avx2", "fma")), variants.contains("avx2"), flags);
    assertEquals(has.contains("avx512f"), variants.contains("avx512"), flags);
  }

  /** What the contract tests of the variants establish holds for what runs by default. */
  @Test
  void theDefaultIsTheWidestVariant() {
    assumeTrue(NativeCode.excuse() == null, NativeCode::excuse);
    List<String> variants = KernelCatalog.nativeVariants();
    Tensor x = Tensor.allocate(4, 3, 5).fill(0.3f);
    try (Lstm auto = model(LstmOptions.defaults());
        Lstm forced = model(LstmOptions.nativeVariant(variants.get(variants.size() - 1)))) {
      assertArrayEquals(forced.forward(x).output().toArray(), auto.forward(x).output().toArray());
    }
  }

  @Test
  void theSurveyHasALineForEveryBackend() {
    Map<Backend, String> survey = Lstm.availableBackends();
    assertEquals(
        List.of(Backend.NATIVE, Backend.VECTOR, Backend.JAVA), List.copyOf(survey.keySet()));
    assertSays(survey.get(Backend.JAVA), "JAVA", "plain Java");
    assertSays(survey.get(Backend.VECTOR), "VECTOR", "-bit vectors");
  }

  @Test
  void nativeCodeCanBeTurnedOff() throws Exception {
    String off = "NATIVE is off: disabled by the system property lstm4j.native.disabled";
    String text = Probe.run("report", "-Dlstm4j.native.disabled=true", VECTOR_API);
    assertSays(
        text,
        "exit 0",
        "AUTO: VECTOR",
        off,
        "NATIVE: refused: backend NATIVE is not available: disabled by the system property");
    String java = Probe.run("report", "-Dlstm4j.native.disabled=true");
    assertSays(
        java,
        "exit 0",
        "AUTO: JAVA",
        off,
        "VECTOR is off: the JVM was started without --add-modules jdk.incubator.vector",
        "VECTOR: refused: backend VECTOR is not available");
    assertSays(
        Probe.run("report", "-Dlstm4j.native.disabled=1"),
        "AUTO: JAVA",
        off + " (expected true or false, got 1)");
  }

  @Test
  void theVectorApiNeedsFusedMultiplyAdd() throws Exception {
    String text = Probe.run("report", "-Dlstm4j.native.disabled=true", VECTOR_API, "-XX:-UseFMA");
    assertSays(text, "exit 0", "AUTO: JAVA", "VECTOR is off: this JVM has no fused multiply-add");
  }

  @Test
  void aVariantCanBeForced() throws Exception {
    assumeTrue(NativeCode.excuse() == null, NativeCode::excuse);
    String plainest = KernelCatalog.nativeVariants().get(0);
    String text = Probe.run("report", "-Dlstm4j.native.isa=" + plainest);
    assertSays(text, "exit 0", "AUTO: NATIVE " + plainest, plainest + " was asked for");
    String blank =
        Probe.run("report", "-Dlstm4j.native.isa= " + plainest + " ", "-Dlstm4j.backend=");
    assertSays(blank, "exit 0", "AUTO: NATIVE " + plainest, plainest + " was asked for");
    assertSays(Probe.run("report", "-Dlstm4j.native.isa="), "AUTO: NATIVE", "widest");
    for (int k = 0; k < CKernels.lstm4j_isa_count(); k++) {
      String name = CKernels.lstm4j_isa_name(k);
      String forced = Probe.run("report", "-Dlstm4j.native.isa=" + name);
      if (KernelCatalog.nativeVariants().contains(name)) {
        assertSays(forced, "exit 0", "AUTO: NATIVE " + name);
      } else {
        assertSays(forced, "exit 0", "AUTO: JAVA", "NATIVE is off", "no CPU variant " + name);
      }
    }
  }

  /** A variant that the CPU lacks is passed over; a slip of the pen is not. */
  @Test
  void aMistypedVariantIsRefused() throws Exception {
    assertSays(
        Probe.run("report", "-Dlstm4j.native.isa=avx9000"),
        "exit 0",
        "AUTO: refused: system property lstm4j.native.isa: expected one of [baseline, avx2,",
        "got avx9000",
        "NATIVE: refused",
        "JAVA: JAVA");
  }

  @Test
  void theOptionsVariantGoesBeforeTheProperty() {
    assumeTrue(NativeCode.excuse() == null, NativeCode::excuse);
    String plainest = KernelCatalog.nativeVariants().get(0);
    System.setProperty(KernelCatalog.ISA, "avx9000");
    try (Lstm lstm =
        Lstm.create(
            LstmParameters.initialize(LstmConfig.of(2, 3), 1),
            LstmOptions.nativeVariant(plainest))) {
      assertEquals(plainest, lstm.report().variant());
    } finally {
      System.clearProperty(KernelCatalog.ISA);
    }
  }

  /** OpenBLAS's threads are a setting of the whole process, so only who asks for GEMM gets them. */
  @Test
  void onlyScheduleGemmLoadsOpenBlas() throws Exception {
    assumeTrue(NativeCode.excuse() == null, NativeCode::excuse);
    assertSays(
        Probe.run("openblas"),
        "exit 0",
        "at first: not loaded",
        "after PACKED: not loaded",
        "after GEMM: loaded",
        "schedule GEMM, OpenBLAS",
        "1 thread, set by lstm4j");
    assertSays(
        Probe.run("openblas", "-Dlstm4j.blas.threads=keep"), "kept as found (lstm4j.blas.threads");
    Map<String, String> two = Map.of("OPENBLAS_NUM_THREADS", "2");
    assertSays(
        Probe.run(two, "openblas"), "kept as found (environment variable OPENBLAS_NUM_THREADS)");
    assertSays(
        Probe.run(two, "openblas", "-Dlstm4j.blas.threads=1"),
        "1 thread, set by lstm4j.blas.threads");
    assertSays(
        Probe.run("openblas", "-Dlstm4j.blas.threads=0"),
        "after PACKED: not loaded",
        "refused: backend NATIVE is not available: lstm4j.blas.threads: expected a number of 1");
  }

  @Test
  void whatAutoMeansCanBeForced() throws Exception {
    String java = Probe.run("report", "-Dlstm4j.backend=java");
    assertSays(java, "exit 0", "AUTO: JAVA", "by the system property lstm4j.backend");
    String unknown = Probe.run("report", "-Dlstm4j.backend=gpu");
    assertSays(
        unknown,
        "exit 0",
        "AUTO: refused: system property lstm4j.backend",
        "got gpu",
        "JAVA: JAVA");
    assertEquals(2, unknown.lines().filter(line -> line.startsWith("AUTO: refused")).count());
  }

  /** Off-heap memory of models returns, whether they were closed or dropped. */
  @Test
  void modelsDoNotLeak() throws Exception {
    // All models together take some 1 GB off the heap and as much on it.
    String text = Probe.run("leak", "-Xmx48m", "-XX:MaxDirectMemorySize=48m");
    assertSays(text, "exit 0", "no leak");
  }

  /** Helpers outlive every application that calls, so they may keep nothing of it. */
  @Test
  void helpersKeepNoClassLoader() throws Exception {
    String text = Probe.run("loader", "-Dlstm4j.threads.max=2", "-Dlstm4j.threads.work=1");
    assertSays(text, "exit 0", "helped, gone");
  }

  /** Where no thread may be made, a call does all parts itself, and the next one too. */
  @Test
  void refusedThreadsAreDoneWithout() throws Exception {
    assumeTrue(Runtime.version().feature() < 24, "no security manager in this JVM");
    String text =
        Probe.run(
            "refused",
            "-Djava.security.manager=allow",
            "-Dlstm4j.threads.max=2",
            "-Dlstm4j.threads.work=1");
    assertSays(text, "exit 0", "answered, no helper");
    assertEquals(2, text.lines().filter("answered, no helper"::equals).count());
  }
}
