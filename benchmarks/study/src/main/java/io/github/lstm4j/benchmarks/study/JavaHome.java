package io.github.lstm4j.benchmarks.study;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/** What a JDK's home tells without running it. */
final class JavaHome {
  private JavaHome() {}

  static Path executable(Path home) {
    return home.resolve("bin").resolve("java");
  }

  /** Returns for example 17. */
  static int feature(Path home) {
    Properties release = new Properties();
    try (Reader reader = Files.newBufferedReader(home.resolve("release"))) {
      release.load(reader);
    } catch (IOException e) {
      throw new UncheckedIOException("not a JDK's home: " + home, e);
    }
    String version = release.getProperty("JAVA_VERSION").replace("\"", "");
    return Runtime.Version.parse(version).feature();
  }
}
