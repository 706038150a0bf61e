package io.github.lstm4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What the launcher says before it builds or starts anything. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class LauncherTest {
  @TempDir Path dir;

  private String refusal(Path javaHome) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder("./lstm4j", "--help").redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", javaHome.toString());
    Process process = builder.start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(1, process.waitFor(), text);
    return text;
  }

  @Test
  void aJavaHomeWithoutJava() throws Exception {
    assertEquals("lstm4j: JAVA_HOME is " + dir + ", where there is no bin/java\n", refusal(dir));
  }

  @Test
  void aJavaThatIsTooOld() throws Exception {
    Path java = Files.createDirectories(dir.resolve("an old/bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\necho 'openjdk version \"11.0.2\" 2019-01-15' >&2\n");
    java.toFile().setExecutable(true);
    String expected = "lstm4j: needs Java 17 or newer: " + java + " is 11.0.2\n";
    assertEquals(expected, refusal(dir.resolve("an old")));
    Files.writeString(java.resolveSibling("../release"), "JAVA_VERSION=\"1.8.0_402\"\n");
    assertEquals(expected.replace("11.0.2", "1.8.0_402"), refusal(dir.resolve("an old")));
  }
}
