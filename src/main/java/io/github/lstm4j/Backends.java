package io.github.lstm4j;

import io.github.lstm4j.internal.bindings.NativeLibrary;
import io.github.lstm4j.internal.kernels.KernelCatalog;
import io.github.lstm4j.internal.kernels.Kernels;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** From what a caller asks for to the kernels that run, with the reason. */
final class Backends {
  private static final System.Logger LOG = System.getLogger(Lstm.class.getName());

  /** Property that overrides what AUTO means: native, vector or java; auto leaves it. */
  static final String PROPERTY = "lstm4j.backend";

  /** The outcome. */
  record Selected(Kernels kernels, BackendReport report) {}

  private Backends() {}

  /** The outcome of AUTO, which may be an exception: that is thrown on every call, as itself. */
  private static final class Auto {
    static final Selected SELECTED;
    static final IllegalStateException FAILURE;

    static {
      Selected selected = null;
      IllegalStateException failure = null;
      try {
        selected = selectAuto();
      } catch (IllegalStateException e) {
        failure = e;
      }
      SELECTED = selected;
      FAILURE = failure;
    }
  }

  static Selected select(LstmOptions options) {
    if (options.backend() == Backend.AUTO) {
      if (Auto.FAILURE != null) {
        throw new IllegalStateException(Auto.FAILURE.getMessage(), Auto.FAILURE);
      }
      return Auto.SELECTED;
    }
    return selected(options.backend(), options.backend(), entry(options), "");
  }

  private static KernelCatalog.Entry entry(LstmOptions options) {
    return switch (options.backend()) {
      case NATIVE ->
          KernelCatalog.nativeCode(options.cpuVariant(), options.schedule() != Schedule.GEMM);
      case VECTOR -> KernelCatalog.vector();
      case JAVA, AUTO -> KernelCatalog.java();
    };
  }

  private static Selected selectAuto() {
    KernelCatalog.checkIsa();
    String wanted = System.getProperty(PROPERTY, "auto").trim();
    if (!wanted.isEmpty() && !wanted.equalsIgnoreCase("auto")) {
      Backend backend = byName(wanted);
      String why = "; AUTO means this by the system property " + PROPERTY;
      return selected(Backend.AUTO, backend, entry(LstmOptions.of(backend)), why);
    }
    StringBuilder passedOver = new StringBuilder();
    for (Backend backend : new Backend[] {Backend.NATIVE, Backend.VECTOR}) {
      KernelCatalog.Entry entry = entry(LstmOptions.of(backend));
      if (entry.kernels() != null) {
        return selected(Backend.AUTO, backend, entry, passedOver.toString());
      }
      passedOver.append("; ").append(backend).append(" is off: ").append(entry.reason());
    }
    return selected(Backend.AUTO, Backend.JAVA, KernelCatalog.java(), passedOver.toString());
  }

  private static Backend byName(String name) {
    try {
      return Backend.valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException(
          "system property " + PROPERTY + ": expected auto, native, vector or java, got " + name,
          e);
    }
  }

  private static Selected selected(
      Backend requested, Backend backend, KernelCatalog.Entry entry, String more) {
    Kernels kernels = entry.kernels();
    if (kernels == null) {
      throw new IllegalStateException(
          "backend " + backend + " is not available: " + entry.reason(), entry.cause());
    }
    boolean gemm = kernels.schedule().equals(Schedule.GEMM.name());
    String blas = gemm ? NativeLibrary.openBlas().blasReport() : BackendReport.NONE;
    BackendReport report =
        new BackendReport(
            requested, backend, kernels.variant(), kernels.schedule(), blas, entry.reason() + more);
    LOG.log(System.Logger.Level.DEBUG, report);
    return new Selected(kernels, report);
  }

  /** What {@link Lstm#availableBackends} returns. */
  static Map<Backend, String> survey() {
    Map<Backend, String> survey = new EnumMap<>(Backend.class);
    for (Backend backend : new Backend[] {Backend.NATIVE, Backend.VECTOR, Backend.JAVA}) {
      KernelCatalog.Entry entry = entry(LstmOptions.of(backend));
      survey.put(
          backend,
          entry.kernels() == null
              ? "off: " + entry.reason()
              : selected(backend, backend, entry, "").report().toString());
    }
    return survey;
  }
}
