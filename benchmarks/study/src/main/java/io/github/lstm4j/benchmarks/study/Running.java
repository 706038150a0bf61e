package io.github.lstm4j.benchmarks.study;

import io.github.lstm4j.benchmarks.study.StudyResult.Measurement;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.util.Statistics;

/** A fork that was started, and waits for its turns; one that never asked for any has ended. */
final class Running implements Closeable {
  private final Task task;
  private final Thread thread;
  private final FutureTask<RunResult> fork;
  private final Socket socket;
  private final List<Double> cpuShares = new ArrayList<>();
  private double bytesPerCall = Double.NaN;

  /**
   * Takes charge of a fork.
   *
   * @param thread which ends when the fork's process has ended
   * @param socket where it waits; null if it ended without
   */
  Running(Task task, Thread thread, FutureTask<RunResult> fork, Socket socket) {
    this.task = task;
    this.thread = thread;
    this.fork = fork;
    this.socket = socket;
  }

  Task task() {
    return task;
  }

  boolean hasEnded() {
    return !thread.isAlive();
  }

  /** Lets it compute until its turn is over; the last one is when its process has ended. */
  void takeTurn(boolean last) throws InterruptedException {
    boolean ending = last;
    try {
      socket.getOutputStream().write(1);
      DataInputStream end = new DataInputStream(socket.getInputStream());
      cpuShares.add(end.readDouble());
      if (last) {
        bytesPerCall = end.readDouble();
      }
    } catch (IOException e) {
      ending = true; // it failed, and measurement() says how
    }
    if (ending) {
      thread.join();
    }
  }

  /**
   * Returns what the fork measured.
   *
   * @throws RunnerException if it failed or its answers were wrong; the log says how
   */
  Measurement measurement(int round) throws RunnerException, InterruptedException {
    try {
      return measurement(fork.get(), round);
    } catch (ExecutionException e) {
      throw new RunnerException(e.getCause());
    }
  }

  private Measurement measurement(RunResult result, int round) {
    Statistics times = result.getPrimaryResult().getStatistics();
    return new Measurement(
        Fork.name(task.method()),
        task.engine().label(),
        task.shape(),
        round,
        times.getPercentile(50),
        times.getPercentile(10),
        times.getPercentile(90),
        result.getBenchmarkResults().stream()
            .flatMap(benchmark -> benchmark.getIterationResults().stream())
            .map(Running::median)
            .toList(),
        times.getN(),
        bytesPerCall,
        cpuShares.stream().mapToDouble(share -> share).average().orElse(1));
  }

  private static double median(IterationResult turn) {
    return turn.getPrimaryResult().getStatistics().getPercentile(50);
  }

  /** Ends a process that still waits, too. */
  @Override
  public void close() throws IOException {
    if (socket != null) {
      socket.close();
    }
  }
}
