package io.github.lstm4j.benchmarks;

import java.nio.file.Path;

/** What the study tells a measured JVM, as system properties. */
public final class Settings {
  /** Folder for reference answers and engine descriptions. */
  public static final String FOLDER = "lstm4j.benchmarks.folder";

  /** Threads an engine may use. */
  public static final String THREADS = "lstm4j.benchmarks.threads";

  /** Port of the study on this machine, which gives this JVM its turns. */
  public static final String TURNS = "lstm4j.benchmarks.turns";

  private Settings() {}

  /** Returns the folder; by default under {@code target}. */
  public static Path folder() {
    return Path.of(System.getProperty(FOLDER, "target/work"));
  }

  /** Returns the threads an engine may use; by default 1. */
  public static int threads() {
    return Integer.getInteger(THREADS, 1);
  }

  /** Returns the port that gives turns; 0 if there is none to wait for. */
  static int turns() {
    return Integer.getInteger(TURNS, 0);
  }

  /** Returns where reference answers are kept. */
  public static Path references() {
    return folder().resolve("references");
  }

  /** Returns the file in which an engine leaves its description. */
  public static Path description(String engine) {
    return folder().resolve("descriptions").resolve(engine + ".txt");
  }
}
