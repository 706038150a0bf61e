package io.github.lstm4j;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A small program to run in a JVM of its own, with other options than the tests' JVM has. */
final class Probe {
  private Probe() {}

  /** Runs {@code main(mode)} in a new JVM; returns everything that it printed. */
  static String run(String mode, String... jvmOptions) throws IOException, InterruptedException {
    return run(Map.of(), mode, jvmOptions);
  }

  /** The same with environment variables. */
  static String run(Map<String, String> environment, String mode, String... jvmOptions)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    command.addAll(List.of(jvmOptions));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Probe.class.getName(), mode));
    File out = File.createTempFile("lstm4j-probe", ".txt");
    try {
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().remove("OPENBLAS_NUM_THREADS");
      builder.environment().remove("OMP_NUM_THREADS");
      builder.environment().putAll(environment);
      Process process = builder.redirectOutput(out).start();
      boolean done = process.waitFor(90, TimeUnit.SECONDS);
      process.destroyForcibly();
      String text = java.nio.file.Files.readString(out.toPath(), StandardCharsets.UTF_8);
      return (done ? "exit " + process.exitValue() : "hangs") + "\n" + text;
    } finally {
      out.delete();
    }
  }

  /** See {@link #report}, {@link #leak}, {@link #openBlas}, {@link #loader}, {@link #refused}. */
  public static void main(String[] args) throws Exception {
    switch (args[0]) {
      case "leak" -> leak();
      case "openblas" -> openBlas();
      case "loader" -> loader();
      case "refused" -> refused();
      default -> report();
    }
  }

  /** What every backend says, twice, for failures have to be the same the second time. */
  private static void report() {
    for (Backend backend : List.of(Backend.AUTO, Backend.NATIVE, Backend.VECTOR, Backend.JAVA)) {
      for (int k = 0; k < 2; k++) {
        System.out.println(backend + ": " + attempt(LstmOptions.of(backend)));
      }
    }
    System.out.println("survey: " + Lstm.availableBackends());
  }

  /** Whether OpenBLAS is in the process, before and after it is needed. */
  private static void openBlas() throws IOException {
    System.out.println("at first: " + openBlasInProcess());
    attempt(LstmOptions.of(Backend.NATIVE));
    System.out.println("after PACKED: " + openBlasInProcess());
    System.out.println(attempt(LstmOptions.of(Backend.NATIVE).withSchedule(Schedule.GEMM)));
    System.out.println("after GEMM: " + openBlasInProcess());
  }

  /** Whether a class loader can go once code of it was the first to ask for helpers. */
  private static void loader() throws Exception {
    WeakReference<ClassLoader> loader = callFromALoader();
    for (int k = 0; k < 50 && loader.get() != null; k++) {
      System.gc();
      Thread.sleep(20);
    }
    System.out.println(helped() + ", " + (loader.get() == null ? "gone" : "kept"));
  }

  /** Calls while a security manager lets nobody make threads. */
  @SuppressWarnings("removal") // it is what there was
  private static void refused() {
    LstmParameters parameters = LstmParameters.initialize(LstmConfig.of(8, 16), 1);
    LstmOptions options = LstmOptions.of(Backend.JAVA).withThreads(2);
    try (Lstm lstm = Lstm.create(parameters, options)) {
      System.setSecurityManager(
          new SecurityManager() {
            @Override
            public void checkPermission(java.security.Permission permission) {}

            @Override
            public void checkAccess(ThreadGroup group) {
              throw new SecurityException("no threads");
            }
          });
      for (int k = 0; k < 2; k++) {
        lstm.forward(Tensor.allocate(4, 16, 8));
        System.out.println("answered, " + helped());
      }
    }
  }

  private static String helped() {
    return Thread.getAllStackTraces().keySet().stream()
            .anyMatch(thread -> thread.getName().startsWith("lstm4j-worker-"))
        ? "helped"
        : "no helper";
  }

  private static WeakReference<ClassLoader> callFromALoader() throws Exception {
    ClassLoader loader =
        new ClassLoader(Probe.class.getClassLoader()) {
          @Override
          protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            return name.equals(Caller.class.getName())
                ? findClass(name)
                : super.loadClass(name, resolve);
          }

          @Override
          protected Class<?> findClass(String name) throws ClassNotFoundException {
            String file = name.replace('.', '/') + ".class";
            try (InputStream in = getResourceAsStream(file)) {
              byte[] code = in.readAllBytes();
              return defineClass(name, code, 0, code.length);
            } catch (IOException e) {
              throw new ClassNotFoundException(name, e);
            }
          }
        };
    Class<?> caller = loader.loadClass(Caller.class.getName());
    if (caller == Caller.class) {
      throw new IllegalStateException("the same class");
    }
    ((Runnable) caller.getDeclaredConstructor().newInstance()).run();
    return new WeakReference<>(loader);
  }

  /** A class of an application, which sees what is public alone. */
  public static final class Caller implements Runnable {
    @Override
    public void run() {
      LstmParameters parameters = LstmParameters.initialize(LstmConfig.of(8, 16), 1);
      LstmOptions options = LstmOptions.of(Backend.JAVA).withThreads(2);
      try (Lstm lstm = Lstm.create(parameters, options)) {
        lstm.forward(Tensor.allocate(4, 16, 8));
      }
    }
  }

  private static String openBlasInProcess() throws IOException {
    String maps = java.nio.file.Files.readString(java.nio.file.Path.of("/proc/self/maps"));
    return maps.contains("libopenblas") ? "loaded" : "not loaded";
  }

  private static String attempt(LstmOptions options) {
    LstmParameters parameters = LstmParameters.initialize(LstmConfig.of(2, 3), 1);
    try (Lstm lstm = Lstm.create(parameters, options)) {
      return lstm.report().toString();
    } catch (IllegalStateException e) {
      return "refused: " + e.getMessage() + " | cause: " + e.getCause();
    }
  }

  /** 2,000 models of some 300 KB each, every second one never closed. */
  private static void leak() {
    for (Backend backend : new Backend[] {Backend.JAVA, Backend.AUTO}) {
      LstmParameters parameters = LstmParameters.initialize(LstmConfig.of(96, 96), 1);
      for (int k = 0; k < 1000; k++) {
        Lstm lstm = Lstm.create(parameters, LstmOptions.of(backend));
        lstm.forward(Tensor.allocate(20, 4, 96));
        if (k % 2 == 0) {
          lstm.close();
        }
      }
    }
    System.out.println("no leak");
  }
}
