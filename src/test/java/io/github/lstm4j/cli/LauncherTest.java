package io.github.lstm4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The launcher in a clone where Maven, the JDK and the compilers are scripts. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class LauncherTest {
  private static final List<String> UTILITIES =
      List.of(
          "awk",
          "cat",
          "dirname",
          "find",
          "flock",
          "grep",
          "head",
          "mkdir",
          "mv",
          "readlink",
          "rm",
          "sed",
          "sh",
          "sleep",
          "tail");

  /** Does what the build does to the files that the launcher looks at. */
  private static final String MAVEN =
      """
      echo "$@" >>mvn.log
      mkdir -p target/classes/io/github/lstm4j/cli
      : >target/classes/io/github/lstm4j/cli/Main.class
      : >target/cli/classpath
      natives=target/classes/io/github/lstm4j/internal/bindings/linux-x86_64
      case " $* " in
        *" -Pjava-only "*) rm -rf $natives ;;
        *) mkdir -p $natives && : >$natives/libjnilstm4j.so ;;
      esac
      """;

  @TempDir Path dir;
  private Path clone;
  private Path jdk;
  private Path tools;
  private String nativeCode = "";
  private String language = "en_US.UTF-8";

  private record Run(int exit, String text) {}

  @BeforeEach
  void makeClone() throws IOException {
    clone = Files.createDirectories(dir.resolve("a clone"));
    for (String file :
        List.of(
            "lstm4j",
            "pom.xml",
            "native/CMakeLists.txt",
            "cmake/check-tools.sh",
            "cmake/configure.sh")) {
      Files.createDirectories(clone.resolve(file).getParent());
      Files.copy(Path.of(file), clone.resolve(file));
    }
    clone.resolve("lstm4j").toFile().setExecutable(true);
    jdk = dir.resolve("jdk");
    script(jdk.resolve("bin/java"), "echo java \"$@\"\n");
    script(jdk.resolve("bin/javac"), "");
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"17.0.1\"\n");
    tools = Files.createDirectories(dir.resolve("tools"));
    for (String name : UTILITIES) {
      for (String folder : System.getenv("PATH").split(File.pathSeparator)) {
        Path utility = Path.of(folder, name);
        if (Files.isExecutable(utility) && Files.notExists(tools.resolve(name))) {
          Files.createSymbolicLink(tools.resolve(name), utility.toAbsolutePath());
        }
      }
    }
    script(tools.resolve("mvn"), MAVEN);
  }

  private static void script(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + text);
    file.toFile().setExecutable(true);
  }

  private void installCompilers() throws IOException {
    for (String tool : List.of("gcc", "g++", "make")) {
      script(tools.resolve(tool), "");
    }
    script(tools.resolve("cmake"), "echo cmake version 3.25.1\n");
  }

  private Run launch() throws IOException, InterruptedException {
    return run(clone.resolve("lstm4j").toString(), "--help");
  }

  private Run run(String... command) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", jdk.toString());
    builder.environment().put("PATH", tools.toString());
    builder.environment().remove("LSTM4J_JAVA_OPTS");
    builder.environment().put("LSTM4J_NATIVE", nativeCode);
    builder.environment().remove("LC_ALL");
    builder.environment().remove("LC_CTYPE");
    builder.environment().put("LANG", language);
    Process process = builder.start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Run(process.waitFor(), text);
  }

  private List<String> builds() throws IOException {
    return Files.readAllLines(clone.resolve("mvn.log"));
  }

  private static void assertContains(String part, String text) {
    assertTrue(text.contains(part), text);
  }

  @Test
  void aJavaHomeWithoutJava() throws Exception {
    jdk = dir;
    assertEquals(
        new Run(1, "lstm4j: JAVA_HOME is " + dir + ", where there is no bin/java\n"), launch());
  }

  /** No class path can name it. */
  @Test
  void aFolderWithAColon() throws Exception {
    clone = Files.move(clone, dir.resolve("a:clone"));
    Run run = launch();
    assertEquals(1, run.exit, run.text);
    assertContains("cannot be built in ", run.text);
    assertFalse(Files.exists(clone.resolve("mvn.log")));
  }

  /** Java would take the names of files for ASCII. */
  @Test
  void aMissingLanguageIsUtf8() throws Exception {
    script(jdk.resolve("bin/java"), "echo \"[$LC_ALL]\"\n");
    launch(); // builds
    for (String none : new String[] {"", "C", "POSIX"}) {
      language = none;
      assertEquals(new Run(0, "[C.UTF-8]\n"), launch());
    }
    language = "de_DE.UTF-8";
    assertEquals(new Run(0, "[]\n"), launch());
  }

  @Test
  void aJavaThatIsTooOld() throws Exception {
    jdk = dir.resolve("an old");
    Path java = jdk.resolve("bin/java");
    script(java, "echo 'openjdk version \"11.0.2\" 2019-01-15' >&2\n");
    String expected = "lstm4j: needs Java 17 or newer: " + java + " is 11.0.2\n";
    assertEquals(new Run(1, expected), launch());
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"1.8.0_402\"\n");
    assertEquals(new Run(1, expected.replace("11.0.2", "1.8.0_402")), launch());
  }

  @Test
  void ninjaIsNoMake() throws Exception {
    installCompilers();
    Files.move(tools.resolve("make"), tools.resolve("ninja"));
    String expected =
        "lstm4j: missing for native code: make\n"
            + "lstm4j: install that, or build without native code: -Pjava-only\n";
    assertEquals(new Run(1, expected), run("sh", clone + "/cmake/check-tools.sh"));
    assertContains("missing for native code: make\n", launch().text());
    assertContains("-Pjava-only", builds().get(0));
  }

  @Test
  void anOldCmake() throws Exception {
    installCompilers();
    script(tools.resolve("cmake"), "echo cmake version 3.9.6\n");
    assertContains("cmake 3.13 or newer (this is 3.9)\n", launch().text());
    assertContains("-Pjava-only", builds().get(0));
    script(tools.resolve("cmake"), "echo cmake version 4.0.0-rc1\n");
    assertEquals(new Run(0, ""), run("sh", clone + "/cmake/check-tools.sh"));
  }

  @Test
  void aMovedCloneIsConfiguredAfresh() throws Exception {
    script(tools.resolve("cmake"), "echo cmake \"$@\"\n");
    Path build = Files.createDirectories(clone.resolve("target/native"));
    Path cache = build.resolve("CMakeCache.txt");
    String[] configure = {
      "sh", clone + "/cmake/configure.sh", clone + "/native", build.toString(), "-DMORE=1"
    };
    Run expected =
        new Run(
            0,
            "cmake -S " + clone + "/native -B " + build + " -DCMAKE_BUILD_TYPE=Release -DMORE=1\n");

    Files.writeString(cache, "CMAKE_HOME_DIRECTORY:INTERNAL=" + clone + "/native\n");
    assertEquals(expected, run(configure));
    assertTrue(Files.exists(cache));

    Files.writeString(cache, "CMAKE_HOME_DIRECTORY:INTERNAL=" + dir + "/before/native\n");
    assertEquals(expected, run(configure));
    assertFalse(Files.exists(cache));
  }

  @Test
  void aFailedBuildSaysWhyAndWhereTheRestIs() throws Exception {
    String log =
        """
        [INFO] --- exec:3.6.3:exec (native-configure) @ lstm4j ---
        -- The C compiler identification is unknown
        CMake Error at CMakeLists.txt:4 (project):
          The CMAKE_C_COMPILER:

            /usr/bin/cc

          is not able to compile a simple test program.


        -- Configuring incomplete, errors occurred!
        /tmp/kernels.c:7:12: error: unknown type name 'floot'
        [ERROR] Failed to execute goal exec on project lstm4j: Command execution failed.
        [ERROR]
        [ERROR] To see the full stack trace of the errors, re-run Maven with the -e switch.
        """;
    installCompilers();
    Files.writeString(dir.resolve("log"), log);
    script(tools.resolve("mvn"), "cat '" + dir.resolve("log") + "'\nexit 1\n");
    Run run = launch();
    assertEquals(1, run.exit());
    String shown =
        """
        CMake Error at CMakeLists.txt:4 (project):
          The CMAKE_C_COMPILER:
            /usr/bin/cc
          is not able to compile a simple test program.
        /tmp/kernels.c:7:12: error: unknown type name 'floot'
        [ERROR] Failed to execute goal exec on project lstm4j: Command execution failed.
        lstm4j: if native code is to blame, LSTM4J_NATIVE=no builds without it
        lstm4j: the build failed; all of it is in %s/target/cli/build.log
        """
            .formatted(clone);
    assertTrue(run.text().endsWith(shown), run.text());

    script(tools.resolve("mvn"), "echo no such option\nexit 1\n");
    String other = launch().text();
    assertContains("no such option\nlstm4j: ", other);
    assertContains("lstm4j: the build failed", other);
  }

  @Test
  void nativeCodeCanBeLeftOut() throws Exception {
    installCompilers();
    nativeCode = "no";
    Run java = launch();
    assertContains("lstm4j: LSTM4J_NATIVE=no\nlstm4j: building without native code", java.text());
    assertContains("-Pjava-only", builds().get(0));
    assertEquals("java", launch().text().split(" ")[0]);
    nativeCode = "";
    launch();
    assertFalse(builds().get(1).contains("-Pjava-only"), builds().get(1));
  }

  @Test
  void aCloneThatCannotBeWrittenRunsIfItIsBuilt() throws Exception {
    // A folder in the place of a file cannot be opened for writing, not even by root.
    Path lock = clone.resolve("target/cli/lock");
    Files.createDirectories(lock);
    Run refused = launch();
    assertEquals(1, refused.exit(), refused.text());
    assertContains("lstm4j: needs a build", refused.text());
    assertContains("but " + clone + "/target/cli cannot be written\n", refused.text());
    assertEquals(1, refused.text().lines().count(), refused.text());

    Files.delete(lock);
    installCompilers();
    launch();
    Files.delete(lock);
    Files.createDirectories(lock);
    assertEquals("java", launch().text().split(" ")[0]);
  }

  @Test
  void nativeCodeIsBuiltOnceTheCompilersAreThere() throws Exception {
    Run java = launch();
    assertEquals(0, java.exit(), java.text());
    assertContains("missing for native code: cmake, make, gcc, g++\n", java.text());
    assertContains("building without native code", java.text());
    assertContains("--add-modules jdk.incubator.vector", java.text());
    assertContains("-Pjava-only", builds().get(0));
    assertEquals("java", launch().text().split(" ")[0]);

    installCompilers();
    Run compiled = launch();
    assertEquals(2, builds().size(), compiled.text());
    assertFalse(builds().get(1).contains("java-only"));
    assertFalse(compiled.text().contains("jdk.incubator.vector"), compiled.text());

    Files.delete(tools.resolve("gcc"));
    launch();
    assertEquals(2, builds().size());
  }
}
