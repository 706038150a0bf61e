package io.github.lstm4j.benchmarks.study;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An engine as the study runs it: an implementation on a class path in a JVM.
 *
 * @param label what tables and charts call it
 * @param name what its provider calls it
 * @param module folder of the module that has it
 * @param java the java executable
 * @param jvmArgs what that JVM is given
 */
public record EngineSpec(
    String label, String name, String module, Path java, List<String> jvmArgs) {

  /** The engine that the others are compared with. */
  public static final String HEADLINE = "lstm4j-native-packed";

  private static final int DIRECT_ACCESS_IS_RESTRICTED_FROM = 22;

  /** Returns whether it computes in Java, which is slow until the JIT compiler is done. */
  public boolean isJava() {
    return List.of("lstm4j-vector", "lstm4j-java", "dl4j").contains(name);
  }

  /**
   * Returns the script that starts Java for it, or null if that needs none.
   *
   * @param busy whether several threads wait for one another often: PyTorch has OpenMP's and
   *     OpenBLAS's, which take each other's cores if OpenMP's spin meanwhile
   */
  String launcher(boolean busy) {
    return switch (name) {
      case "libtorch", "djl" -> busy ? "passive-java.sh" : "torch-java.sh";
      case "dl4j" -> "dl4j-java.sh";
      default -> null;
    };
  }

  /** Returns whether this is ours. */
  public static boolean isOurs(String label) {
    return label.startsWith("lstm4j");
  }

  /**
   * Returns every engine in the order of tables.
   *
   * @param otherJava a second JDK's home, on which the Java backends run too, or null
   */
  public static List<EngineSpec> all(Path otherJava) {
    Path java = Path.of(System.getProperty("java.home"));
    List<EngineSpec> engines = new ArrayList<>();
    engines.add(of(HEADLINE, "lstm4j", java));
    engines.add(of("lstm4j-native-gemm", "lstm4j", java));
    engines.add(of("lstm4j-vector", "lstm4j", java));
    engines.add(of("lstm4j-java", "lstm4j", java));
    if (otherJava != null) {
      engines.add(of("lstm4j-vector", "lstm4j", otherJava).labelled());
      engines.add(of("lstm4j-java", "lstm4j", otherJava).labelled());
    }
    for (String peer : List.of("onnxruntime", "onednn", "libtorch", "djl", "dl4j", "tensorflow")) {
      engines.add(of(peer, peer, java));
    }
    return engines;
  }

  private static EngineSpec of(String name, String module, Path javaHome) {
    List<String> args = new ArrayList<>(List.of("-Xms1g", "-Xmx6g", "-XX:MaxDirectMemorySize=6g"));
    // Else JavaCPP asks the operating system about memory for every pointer, within timed calls.
    args.add("-Dorg.bytedeco.javacpp.maxPhysicalBytes=0");
    if (name.equals("lstm4j-vector")) {
      args.add("--add-modules=jdk.incubator.vector");
    }
    if (JavaHome.feature(javaHome) >= DIRECT_ACCESS_IS_RESTRICTED_FROM) {
      args.add("--enable-native-access=ALL-UNNAMED");
    }
    return new EngineSpec(name, name, "engines/" + module, JavaHome.executable(javaHome), args);
  }

  private EngineSpec labelled() {
    Path home = java.getParent().getParent();
    return new EngineSpec(label + "-jdk" + JavaHome.feature(home), name, module, java, jvmArgs);
  }
}
