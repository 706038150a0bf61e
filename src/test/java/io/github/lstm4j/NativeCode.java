package io.github.lstm4j;

import io.github.lstm4j.internal.bindings.NativeLibrary;
import io.github.lstm4j.internal.kernels.KernelCatalog;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * When a test of native code may be skipped: only if none was built, or the CPU lacks a variant.
 */
final class NativeCode {
  private NativeCode() {}

  /** Skips the whole class, with the reason, where {@link #excuse(String)} has one. */
  static final class Condition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      String excuse;
      try {
        Object test = context.getRequiredTestClass().getDeclaredConstructor().newInstance();
        excuse = excuse(((OneBackend) test).options().cpuVariant());
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
      return excuse == null
          ? ConditionEvaluationResult.enabled("native code has to run")
          : ConditionEvaluationResult.disabled(excuse);
    }
  }

  /** The variant that runs unless another is asked for. */
  static String widest() {
    return KernelCatalog.nativeVariants().stream().reduce("none", (plainer, wider) -> wider);
  }

  /** Whether this build made the library: then it has to load. */
  static boolean built() {
    boolean arm = System.getProperty("os.arch").equals("aarch64");
    String platform = arm ? "linux-arm64" : "linux-x86_64";
    String glue = "/io/github/lstm4j/internal/bindings/" + platform + "/libjnilstm4j.so";
    return NativeCode.class.getResource(glue) != null;
  }

  /** Why native code does not run, if that is no failure; else null. */
  static String excuse() {
    String failure = NativeLibrary.kernels().failure();
    return failure == null || built() ? null : "this build has no native code: " + failure;
  }

  /** As {@link #excuse}, for one CPU variant. */
  static String excuse(String variant) {
    if (NativeLibrary.kernels().failure() != null) {
      return excuse();
    }
    KernelCatalog.Entry entry = KernelCatalog.nativeCode(variant, true);
    return entry.kernels() == null ? entry.reason() : null;
  }

  /** Options for every backend that has to run here, the native one in both its schedules. */
  static Stream<LstmOptions> everyBackend() {
    Stream<LstmOptions> java =
        Stream.of(LstmOptions.of(Backend.JAVA), LstmOptions.of(Backend.VECTOR));
    LstmOptions gemm = LstmOptions.of(Backend.NATIVE).withSchedule(Schedule.GEMM);
    return excuse() == null
        ? Stream.concat(java, Stream.of(LstmOptions.of(Backend.NATIVE), gemm))
        : java;
  }

  /** As {@link #everyBackend}, without the schedule that has no gradients. */
  static Stream<LstmOptions> everyTrainableBackend() {
    return everyBackend().filter(options -> options.schedule() != Schedule.GEMM);
  }
}
