package io.github.lstm4j.cli.common;

import java.time.Duration;
import java.util.Timer;
import java.util.TimerTask;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Shows a person at a terminal how far long work is. Work that ends within two seconds, and work
 * that nobody watches, shows nothing.
 */
public final class Progress implements AutoCloseable {
  private static final long PATIENCE_MILLIS = 2000;

  /**
   * Characters of a line. Said, because the bar's library would ask the terminal through one that
   * gives Ctrl-C its default meaning back: to end the process at once.
   */
  private static final int WIDTH = 79;

  private final Streams streams;
  private final String task;
  private final long total;
  private final Timer timer;
  private final long start = System.nanoTime();
  private long done;
  private ProgressBar bar;
  private boolean closed;

  /**
   * Starts the clock.
   *
   * @param total how many steps there are; -1 if they are not told one by one
   */
  public Progress(Streams streams, String task, long total) {
    this.streams = streams;
    this.task = task;
    this.total = total;
    timer = streams.terminal() ? new Timer("lstm4j-progress", true) : null;
    if (timer != null) {
      timer.schedule(
          new TimerTask() {
            @Override
            public void run() {
              show();
            }
          },
          PATIENCE_MILLIS);
    }
  }

  private synchronized void show() {
    if (closed) {
      return;
    }
    bar =
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(total)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(250)
            .clearDisplayOnFinish()
            .setConsumer(new ConsoleProgressBarConsumer(streams.err(), WIDTH))
            .startsFrom(0, Duration.ofNanos(System.nanoTime() - start))
            .build();
    bar.stepTo(done);
  }

  /** Notes that more steps are done. */
  public synchronized void advance(long steps) {
    done += steps;
    if (bar != null) {
      bar.stepTo(done);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (timer != null) {
      timer.cancel();
    }
    if (bar != null) {
      bar.close();
    }
  }
}
