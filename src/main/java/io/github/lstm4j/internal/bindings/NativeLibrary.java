package io.github.lstm4j.internal.bindings;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas_full;
import org.bytedeco.openblas.global.openblas_nolapack;

/**
 * Loads a native library, once per JVM, and says what became of it: lstm4j's own kernels, or
 * OpenBLAS, which only schedule GEMM needs.
 *
 * <p>System properties, read when a library is first wanted:
 *
 * <ul>
 *   <li>{@value #DISABLED}: do not load native code, unless it is {@code false}.
 *   <li>{@value #BLAS_THREADS}: a number, or {@code keep}. OpenBLAS's thread count is one setting
 *       for the whole process. Unset, it is set to 1 when OpenBLAS is loaded here; with {@code
 *       keep}, or if the environment has {@code OPENBLAS_NUM_THREADS} or {@code OMP_NUM_THREADS},
 *       it is left alone.
 * </ul>
 */
public final class NativeLibrary {
  /** Property that turns native code off. */
  public static final String DISABLED = "lstm4j.native.disabled";

  /** Property for OpenBLAS's thread count. */
  public static final String BLAS_THREADS = "lstm4j.blas.threads";

  private static final String CACHE =
      " (the folder that native libraries are unpacked to is %s; name another with"
          + " -Dorg.bytedeco.javacpp.cachedir=DIR)";

  private final String failure;
  private final Throwable cause;
  private final String threadPolicy;

  private NativeLibrary(String failure, Throwable cause, String threadPolicy) {
    this.failure = failure;
    this.cause = cause;
    this.threadPolicy = threadPolicy;
  }

  private static final class Kernels {
    static final NativeLibrary INSTANCE = load("the lstm4j library", Loading::kernels);
  }

  private static final class OpenBlas {
    static final NativeLibrary INSTANCE = load("OpenBLAS", Loading::openBlas);
  }

  /** Returns the outcome for the kernels; loads them on the first call. */
  public static NativeLibrary kernels() {
    return Kernels.INSTANCE;
  }

  /** Returns the outcome for OpenBLAS; loads it, and sets its threads, on the first call. */
  public static NativeLibrary openBlas() {
    return OpenBlas.INSTANCE;
  }

  /** Why the library cannot be used, or null if it can. */
  public String failure() {
    return failure;
  }

  /** What was thrown while loading, or null. */
  public Throwable cause() {
    return cause;
  }

  /**
   * Loads a library.
   *
   * @param loading returns who set its threads, or null if it has no such setting
   */
  private static NativeLibrary load(String name, Supplier<String> loading) {
    String disabled = System.getProperty(DISABLED, "false").trim();
    if (!disabled.equalsIgnoreCase("false")) {
      // Whoever mistypes what turns native code off still wants it off.
      boolean plain = disabled.isEmpty() || disabled.equalsIgnoreCase("true");
      String got = plain ? "" : " (expected true or false, got " + disabled + ")";
      return new NativeLibrary("disabled by the system property " + DISABLED + got, null, null);
    }
    try {
      return new NativeLibrary(null, null, loading.get());
    } catch (IllegalArgumentException e) {
      return new NativeLibrary(e.getMessage(), e, null); // a property's value
    } catch (LinkageError | RuntimeException e) {
      return new NativeLibrary(name + " did not load: " + explain(e), e, null);
    }
  }

  /** Apart, so that this class loads where JavaCPP itself is missing. */
  private static final class Loading {
    static String kernels() {
      Loader.load(CKernels.class);
      return null;
    }

    static String openBlas() {
      String wanted = System.getProperty(BLAS_THREADS, "").trim();
      int threads = wanted.equals("keep") ? 0 : threads(wanted);
      Loader.load(openblas_nolapack.class);
      if (wanted.equals("keep")) {
        return "kept as found (" + BLAS_THREADS + "=keep)";
      }
      for (String variable : new String[] {"OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"}) {
        if (wanted.isEmpty() && System.getenv(variable) != null) {
          return "kept as found (environment variable " + variable + ")";
        }
      }
      openblas_nolapack.blas_set_num_threads(threads);
      return wanted.isEmpty() ? "set by lstm4j" : "set by " + BLAS_THREADS;
    }

    private static int threads(String wanted) {
      try {
        int threads = wanted.isEmpty() ? 1 : Integer.parseInt(wanted);
        if (threads >= 1) {
          return threads;
        }
      } catch (NumberFormatException e) {
        // Reported below, with what is accepted.
      }
      throw new IllegalArgumentException(
          BLAS_THREADS + ": expected a number of 1 or more, or keep, got " + wanted);
    }
  }

  /** The messages of the whole cause chain, and what to do about the usual ones. */
  private static String explain(Throwable thrown) {
    List<String> messages = new ArrayList<>();
    for (Throwable t = thrown; t != null && messages.size() < 8; t = t.getCause()) {
      String message =
          t instanceof NoClassDefFoundError ? "missing class " + t.getMessage() : t.getMessage();
      if (message != null && !messages.contains(message)) {
        messages.add(message);
      }
    }
    String all = String.join("; ", messages);
    return all + hint(all);
  }

  private static String hint(String message) {
    if (message.contains("GLIBC_")) {
      return " (this system's C library is older than the native build needs: glibc 2.34)";
    }
    if (message.contains("failed to map segment") || message.contains("Operation not permitted")) {
      return String.format(CACHE, "mounted noexec");
    }
    if (message.contains("No space left")) {
      return String.format(CACHE, "full");
    }
    if (message.contains("Illegal native access")) {
      return " (start the JVM with --enable-native-access=ALL-UNNAMED, or on the module path with"
          + " --enable-native-access=io.github.lstm4j,org.bytedeco.javacpp,org.bytedeco.openblas)";
    }
    if (message.contains("missing class org/bytedeco")) {
      return " (add org.bytedeco:javacpp and org.bytedeco:openblas to the class path)";
    }
    if (message.contains("java.library.path") || message.contains("no jni")) {
      return " (no native library for "
          + System.getProperty("os.name")
          + " "
          + System.getProperty("os.arch")
          + ": add the platform jars of lstm4j, javacpp and openblas to the class path; or, on the"
          + " module path, resolve them too with --add-modules ALL-MODULE-PATH)";
    }
    return "";
  }

  /** OpenBLAS, once it has loaded: version and build, core name, threads and who set them. */
  public String blasReport() {
    try {
      int threads = openblas_full.openblas_get_num_threads();
      return openblas_full.openblas_get_config().getString().trim()
          + ", core "
          + openblas_full.openblas_get_corename().getString()
          + ", "
          + threads
          + (threads == 1 ? " thread, " : " threads, ")
          + threadPolicy;
    } catch (LinkageError e) {
      return "OpenBLAS (build unknown: " + e.getMessage() + "), threads " + threadPolicy;
    }
  }
}
