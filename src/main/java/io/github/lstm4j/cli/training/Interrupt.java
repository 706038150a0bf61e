package io.github.lstm4j.cli.training;

import io.github.lstm4j.cli.common.Streams;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets work end at a good moment when the process is told to end (Ctrl-C, {@code kill}): the
 * process waits until this is closed, but not longer than a minute, and says so.
 */
final class Interrupt implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;

  /** Work that ends before needs no words. */
  private static final long QUIET_SECONDS = 1;

  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread hook = new Thread(this::waitUntilClosed, "lstm4j-interrupt");
  private final Streams streams;
  private final long patience;
  private final String otherwise;
  private volatile boolean asked;

  /**
   * Listens.
   *
   * @param otherwise what is the case if the work takes longer
   */
  Interrupt(Streams streams, String otherwise) {
    this(streams, otherwise, PATIENCE_SECONDS);
  }

  /** The same with another patience, in seconds. */
  Interrupt(Streams streams, String otherwise, long patience) {
    this.streams = streams;
    this.otherwise = otherwise;
    this.patience = patience;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** What is done when the process is told to end. */
  void waitUntilClosed() {
    asked = true;
    try {
      if (closed.await(QUIET_SECONDS, TimeUnit.SECONDS)) {
        return;
      }
      streams.say("stopping", "waits up to " + patience + " seconds for what is in progress");
      if (!closed.await(patience, TimeUnit.SECONDS)) {
        streams.say("stopped", "what was in progress took longer; " + otherwise);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // then the process ends at once
    }
  }

  /** Whether the work should end. */
  boolean asked() {
    return asked;
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending: the hook has run, or sees that this is closed.
      asked = true;
    }
  }
}
