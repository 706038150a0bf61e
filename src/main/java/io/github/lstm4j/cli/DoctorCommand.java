package io.github.lstm4j.cli;

import io.github.lstm4j.Backend;
import io.github.lstm4j.Lstm;
import io.github.lstm4j.LstmConfig;
import io.github.lstm4j.LstmOptions;
import io.github.lstm4j.LstmParameters;
import io.github.lstm4j.Schedule;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "doctor",
    description =
        "Prints what a bug report needs: versions, machine, settings, which backends run here and"
            + " why not the others, and whether each computes right.")
final class DoctorCommand implements Callable<Integer> {
  private static final List<String> ENVIRONMENT =
      List.of(
          "OPENBLAS_NUM_THREADS",
          "OMP_NUM_THREADS",
          "OPENBLAS_CORETYPE",
          "LSTM4J_JAVA_OPTS",
          "JAVA_HOME",
          "JAVA_TOOL_OPTIONS",
          "JDK_JAVA_OPTIONS",
          "LD_LIBRARY_PATH",
          "LD_PRELOAD");

  /** The CPU variants of the native code that there can be here. */
  private static final List<String> VARIANTS =
      System.getProperty("os.arch").equals("aarch64")
          ? List.of("neon")
          : List.of("baseline", "avx2", "avx512");

  @ParentCommand Main main;

  @Override
  public Integer call() {
    main.streams.answer("lstm4j", new BuildFacts().getVersion()[0].replace("lstm4j ", ""));
    main.streams.answer("system", MachineFacts.system());
    main.streams.answer("libc", MachineFacts.cLibrary());
    main.streams.answer("cpu", MachineFacts.cpu());
    main.streams.answer("cores", MachineFacts.cores());
    main.streams.answer("memory", MachineFacts.memory());
    java();
    main.streams.answer("javacpp", BuildFacts.libraryVersion("org.bytedeco", "javacpp"));
    main.streams.answer("openblas", BuildFacts.libraryVersion("org.bytedeco", "openblas"));
    main.streams.answer("cache", cache());
    settings();
    Map<Backend, String> backends = Lstm.availableBackends();
    backends.forEach((backend, report) -> main.streams.answer(lower(backend), report));
    boolean withNative = !backends.get(Backend.NATIVE).startsWith("off");
    if (withNative) {
      main.streams.answer("gemm", gemm());
    }
    return selfTests(withNative) ? 0 : Main.DISAGREE;
  }

  /** The schedule that needs OpenBLAS: which one it is, and its threads. */
  private static String gemm() {
    LstmOptions options = LstmOptions.of(Backend.NATIVE).withSchedule(Schedule.GEMM);
    try (Lstm lstm = Lstm.create(LstmParameters.zeros(LstmConfig.of(1, 1)), options)) {
      return lstm.report().toString();
    } catch (IllegalStateException e) {
      return "off: " + e.getMessage();
    }
  }

  private void java() {
    main.streams.answer(
        "java",
        System.getProperty("java.vm.name")
            + " "
            + System.getProperty("java.vm.version")
            + ", "
            + System.getProperty("java.vendor")
            + ", "
            + System.getProperty("java.home"));
    main.streams.answer(
        "flags", String.join(" ", ManagementFactory.getRuntimeMXBean().getInputArguments()));
  }

  /** Where JavaCPP unpacks native libraries. */
  private static String cache() {
    String set = System.getProperty("org.bytedeco.javacpp.cachedir");
    Path folder =
        set != null ? Path.of(set) : Path.of(System.getProperty("user.home"), ".javacpp", "cache");
    return folder
        + (set != null ? " (set)" : "")
        + (!Files.isDirectory(folder)
            ? ", does not exist"
            : Files.isWritable(folder) ? "" : ", not writable");
  }

  private void settings() {
    Map<String, String> settings = new TreeMap<>();
    System.getProperties()
        .stringPropertyNames()
        .forEach(
            name -> {
              if (name.startsWith("lstm4j.") || name.startsWith("org.bytedeco.")) {
                settings.put(name, System.getProperty(name));
              }
            });
    for (String name : ENVIRONMENT) {
      if (System.getenv(name) != null) {
        settings.put("$" + name, System.getenv(name));
      }
    }
    settings.forEach((name, value) -> main.streams.answer("setting", name + "=" + value));
  }

  private boolean selfTests(boolean withNative) {
    Map<String, LstmOptions> tests = new LinkedHashMap<>();
    if (withNative) {
      VARIANTS.forEach(v -> tests.put("native " + v, LstmOptions.nativeVariant(v)));
      tests.put("native gemm", LstmOptions.of(Backend.NATIVE).withSchedule(Schedule.GEMM));
    }
    tests.put("vector", LstmOptions.of(Backend.VECTOR));
    tests.put("java", LstmOptions.of(Backend.JAVA));
    boolean right = true;
    for (Map.Entry<String, LstmOptions> test : tests.entrySet()) {
      try {
        double difference = SelfTest.largestDifference(test.getValue());
        boolean passes = SelfTest.passes(difference);
        right &= passes;
        String verdict = passes ? "right" : "WRONG";
        String largest = String.format(Locale.ROOT, " (largest difference %.2g)", difference);
        main.streams.answer("test", test.getKey() + ": " + verdict + largest);
      } catch (IllegalStateException e) {
        main.streams.answer("test", test.getKey() + ": not run, " + e.getMessage());
      }
    }
    return right;
  }

  private static String lower(Backend backend) {
    return backend.name().toLowerCase(Locale.ROOT);
  }
}
