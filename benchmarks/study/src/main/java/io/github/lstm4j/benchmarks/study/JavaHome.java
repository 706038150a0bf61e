package io.github.lstm4j.benchmarks.study;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/** What a JDK's home tells without running it. */
final class JavaHome {
  private JavaHome() {}

  static Path executable(Path home) {
    return home.resolve("bin").resolve("java");
  }

  /**
   * Returns for example 17.
   *
   * @throws IllegalArgumentException if that is no JDK's home
   */
  static int feature(Path home) {
    Properties release = new Properties();
    try (Reader reader = Files.newBufferedReader(home.resolve("release"))) {
      release.load(reader);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "not a JDK's home, as it has no file `release`: " + home, e);
    }
    String version = release.getProperty("JAVA_VERSION", "");
    try {
      return Runtime.Version.parse(version.replace("\"", "")).feature();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "not a JDK's home, as its file `release` has no JAVA_VERSION: " + home, e);
    }
  }
}
