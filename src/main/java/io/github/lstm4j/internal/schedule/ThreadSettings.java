package io.github.lstm4j.internal.schedule;

/** What the system properties say about calls that share their work out to threads. */
final class ThreadSettings {
  /** The most threads of one call; all calls share one helper less than that. */
  private static final String MOST = "lstm4j.threads.max";

  /**
   * Multiplications and additions of a layer below which a second thread costs more than it gains.
   */
  private static final String WORTH_SHARING = "lstm4j.threads.work";

  /** Helpers are bits of a long. */
  private static final int MOST_EVER = 64;

  private ThreadSettings() {}

  /**
   * Refuses wrong settings when a model is made, rather than in its first call.
   *
   * @throws IllegalStateException if a property is no number in its range
   */
  static void check() {
    most();
    worthSharing();
  }

  /** From 1 to 64; as many as processors (a container's limit counts) unless set. */
  static int most() {
    long most = property(MOST, 1, Runtime.getRuntime().availableProcessors());
    return (int) Math.min(MOST_EVER, most);
  }

  static long worthSharing() {
    return property(WORTH_SHARING, 0, 2_000_000);
  }

  private static long property(String name, long least, long unlessSet) {
    String text = System.getProperty(name, "").trim();
    if (text.isEmpty()) {
      return unlessSet;
    }
    try {
      long value = Long.parseLong(text);
      if (value >= least) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Reported below, with what is accepted.
    }
    throw new IllegalStateException(
        "system property " + name + ": expected a number of " + least + " or more, got " + text);
  }
}
