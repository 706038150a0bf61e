package io.github.lstm4j.benchmarks.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.RunnerException;

/** Threads stand in for the processes; they speak as {@code Turn} in the harness does. */
@Timeout(60)
class TurnsTest {
  private final List<String> log = new CopyOnWriteArrayList<>();

  private Running start(Turns turns, Callable<RunResult> fork) throws IOException {
    FutureTask<RunResult> task = new FutureTask<>(fork);
    Thread thread = new Thread(task);
    thread.start();
    Running running = new Running(null, thread, task, turns.arrival(thread));
    turns.add(running);
    return running;
  }

  /** Takes so many of the turns, and then ends. */
  private Callable<RunResult> fork(String name, Turns turns, int taken, int all) {
    return () -> {
      try (Socket study = new Socket(InetAddress.getLoopbackAddress(), turns.port())) {
        DataInputStream begin = new DataInputStream(study.getInputStream());
        DataOutputStream end = new DataOutputStream(study.getOutputStream());
        for (int turn = 1; turn <= taken; turn++) {
          begin.readByte();
          log.add(name + turn);
          Thread.sleep(10);
          log.add("end");
          end.writeDouble(1);
        }
        if (taken < all) {
          throw new IllegalStateException("wrong answer");
        }
        end.writeDouble(0);
        Thread.sleep(50);
        log.add(name + " left");
        return null;
      }
    };
  }

  @Test
  void oneComputesAndTheOthersWait() throws Exception {
    try (Turns turns = new Turns(0)) {
      start(turns, fork("a", turns, 2, 2));
      start(turns, fork("b", turns, 2, 2));
      turns.give(2);
      assertEquals(
          List.of("a1", "end", "b1", "end", "a2", "end", "a left", "b2", "end", "b left"), log);
      assertTrue(turns.running().stream().allMatch(Running::hasEnded));
    }
  }

  @Test
  void oneThatFailsLeavesTheOthersTheirTurns() throws Exception {
    try (Turns turns = new Turns(0)) {
      Running failing = start(turns, fork("a", turns, 1, 3));
      start(turns, fork("b", turns, 3, 3));
      turns.give(3);
      assertEquals(List.of("a1", "end", "b1", "end", "b2", "end", "b3", "end", "b left"), log);
      Exception failure = assertThrows(RunnerException.class, () -> failing.measurement(1));
      assertTrue(failure.getMessage().contains("wrong answer"), failure.getMessage());
    }
  }

  @Test
  void oneThatWaitsEndsWithTheStudy() throws Exception {
    Running waiting;
    try (Turns turns = new Turns(0)) {
      waiting = start(turns, fork("a", turns, 1, 1));
    }
    assertThrows(RunnerException.class, () -> waiting.measurement(1));
    assertEquals(List.of(), log);
  }

  @Test
  void oneThatNeverAsksRunsWhenItIsStarted() throws Exception {
    try (Turns turns = new Turns(0)) {
      Running part = start(turns, () -> null);
      assertTrue(part.hasEnded());
      Running engine = start(turns, fork("a", turns, 1, 1));
      assertFalse(engine.hasEnded());
      turns.give(1);
      assertEquals(List.of("a1", "end", "a left"), log);
    }
  }
}
