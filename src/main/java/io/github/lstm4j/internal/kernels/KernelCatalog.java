package io.github.lstm4j.internal.kernels;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.github.lstm4j.internal.bindings.CKernels;
import io.github.lstm4j.internal.bindings.NativeLibrary;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The backends that this JVM can run, and why the others cannot. Each is made once. A new backend
 * is one method here.
 */
public final class KernelCatalog {
  /** Property that forces a CPU variant of the native backend: baseline, avx2, avx512 or neon. */
  public static final String ISA = "lstm4j.native.isa";

  /** The CPU variants of all platforms. */
  private static final List<String> ISAS = List.of("baseline", "avx2", "avx512", "neon");

  /**
   * A backend, or the reason why there is none.
   *
   * @param kernels null if unavailable
   * @param reason why this variant was chosen, or why the backend is unavailable
   * @param cause what was thrown, or null
   */
  public record Entry(Kernels kernels, String reason, Throwable cause) {}

  private KernelCatalog() {}

  private static final class Vector {
    static final Entry ENTRY = loadVector();
  }

  /** Plain Java: always available. */
  public static Entry java() {
    return new Entry(new HeapKernels(new JavaMath()), "plain Java works everywhere", null);
  }

  /** The Vector API, if the JVM was started with its module. */
  public static Entry vector() {
    return Vector.ENTRY;
  }

  /**
   * Native code.
   *
   * @param isa the CPU variant, or null for the one that {@link #ISA} names, else the widest
   * @param packed the PACKED schedule, else GEMM
   */
  public static Entry nativeCode(String isa, boolean packed) {
    for (NativeLibrary library : libraries(packed)) {
      if (library.failure() != null) {
        return new Entry(null, library.failure(), library.cause());
      }
    }
    List<String> variants = nativeVariants();
    String forced = isa != null ? isa : forcedIsa();
    boolean widest = forced.isEmpty();
    String wanted = widest ? variants.get(variants.size() - 1) : forced;
    for (int k = 0; k < CKernels.lstm4j_isa_count(); k++) {
      if (CKernels.lstm4j_isa_name(k).equals(wanted) && variants.contains(wanted)) {
        String reason =
            wanted
                + (widest
                    ? " is the widest variant that this CPU supports"
                    : " was asked for; this CPU runs " + variants);
        return new Entry(new NativeKernels(k, packed), reason, null);
      }
    }
    return new Entry(
        null, "there is no CPU variant " + wanted + " for this CPU; it runs " + variants, null);
  }

  private static String forcedIsa() {
    return System.getProperty(ISA, "").trim();
  }

  /**
   * Tells a mistyped variant from one that this CPU lacks.
   *
   * @throws IllegalStateException if {@link #ISA} names what is a variant nowhere
   */
  public static void checkIsa() {
    if (!forcedIsa().isEmpty() && !ISAS.contains(forcedIsa())) {
      throw new IllegalStateException(
          "system property " + ISA + ": expected one of " + ISAS + ", got " + forcedIsa());
    }
  }

  private static List<NativeLibrary> libraries(boolean packed) {
    NativeLibrary kernels = NativeLibrary.kernels();
    return packed || kernels.failure() != null
        ? List.of(kernels)
        : List.of(kernels, NativeLibrary.openBlas());
  }

  /** The variants that this CPU runs, plainest first; empty without native code. */
  public static List<String> nativeVariants() {
    List<String> names = new ArrayList<>();
    if (NativeLibrary.kernels().failure() == null) {
      for (int k = 0; k < CKernels.lstm4j_isa_count(); k++) {
        if (CKernels.lstm4j_isa_supported(k) == 1) {
          names.add(CKernels.lstm4j_isa_name(k));
        }
      }
    }
    return names;
  }

  private static Entry loadVector() {
    String module = "jdk.incubator.vector";
    Optional<Module> found = ModuleLayer.boot().findModule(module);
    if (found.isEmpty()) {
      return new Entry(null, "the JVM was started without --add-modules " + module, null);
    }
    if (!hasFma()) {
      return new Entry(null, "this JVM has no fused multiply-add (UseFMA is off)", null);
    }
    Module own = KernelCatalog.class.getModule();
    own.addReads(found.get());
    try {
      Class<?> math = Class.forName("io.github.lstm4j.internal.kernels.VectorMath");
      HeapMath instance = (HeapMath) math.getDeclaredConstructor().newInstance();
      return new Entry(new HeapKernels(instance), "the JVM was started with " + module, null);
    } catch (ReflectiveOperationException | LinkageError e) {
      return new Entry(null, "this JVM's " + module + " does not fit: " + e, e);
    }
  }

  /**
   * Without the instruction the JVM computes a fused multiply-add in decimals, a thousand times
   * slower. A JVM that cannot be asked has it, as has every CPU for which the Vector API is worth
   * while.
   */
  private static boolean hasFma() {
    try {
      HotSpotDiagnosticMXBean jvm =
          ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
      return jvm == null || Boolean.parseBoolean(jvm.getVMOption("UseFMA").getValue());
    } catch (IllegalArgumentException | LinkageError e) {
      return true; // not HotSpot, or a runtime image without jdk.management
    }
  }
}
