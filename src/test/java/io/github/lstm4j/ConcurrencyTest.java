package io.github.lstm4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One model, many threads. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ConcurrencyTest {
  private interface Task {
    void run() throws Exception;
  }

  static Stream<LstmOptions> backends() {
    return NativeCode.everyBackend();
  }

  /** Starts all at the same moment, waits for all, and throws what the first of them threw. */
  private static void together(List<Task> tasks) throws Exception {
    CountDownLatch start = new CountDownLatch(1);
    Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    List<Thread> threads = new ArrayList<>();
    for (Task task : tasks) {
      Runnable body =
          () -> {
            try {
              start.await();
              task.run();
            } catch (Throwable e) {
              failures.add(e);
            }
          };
      Thread thread = new Thread(null, body, "lstm4j-test-" + threads.size(), 256 << 10);
      thread.setDaemon(true);
      thread.start();
      threads.add(thread);
    }
    start.countDown();
    for (Thread thread : threads) {
      thread.join(TimeUnit.SECONDS.toMillis(90));
      assertTrue(!thread.isAlive(), () -> thread + " hangs");
    }
    if (!failures.isEmpty()) {
      throw new AssertionError(failures.size() + " threads failed", failures.peek());
    }
  }

  /**
   * Threads with batches of their own, of many shapes and all ways to call: the same bits as alone.
   * That holds for OpenBLAS too, which with one thread sums the same shape in the same order.
   */
  @ParameterizedTest
  @MethodSource("backends")
  void sharedByThreadsEqualsAlone(LstmOptions options) throws Exception {
    LstmConfig config = LstmConfig.of(9, 21).withNumLayers(2).withBidirectional(true);
    LstmCase weights = LstmCase.dense(config, 1, 1, false, 1);
    try (Lstm lstm = Lstm.create(weights.parameters(), options)) {
      List<Task> tasks = new ArrayList<>();
      for (int thread = 0; thread < 16; thread++) {
        int batch = 1 + thread % 7;
        int steps = 3 + thread;
        LstmCase c =
            LstmCase.ragged(
                config, steps, LstmCase.lengths(batch, steps, thread), thread % 2 == 0, thread);
        Tensor x = c.input(Float.NaN);
        Tensor dense = c.input(0);
        PackedSequence packed = c.packed();
        LstmState initial = c.initial();
        LstmOutput ragged = lstm.forward(x, c.lengths, initial);
        LstmOutput full = lstm.forward(dense, initial);
        PackedOutput rows = lstm.forward(packed, initial);
        tasks.add(
            () -> {
              LstmOutput into = c.into();
              PackedOutput packedInto = c.into(packed);
              for (int k = 0; k < 40; k++) {
                lstm.forward(x, c.lengths, initial, into);
                assertSameBits(ragged, into);
                lstm.forward(dense, initial, into);
                assertSameBits(full, into);
                lstm.forward(packed, initial, packedInto);
                assertArrayEquals(
                    rows.output().data().toArray(), packedInto.output().data().toArray());
                assertArrayEquals(rows.state().c().toArray(), packedInto.state().c().toArray());
              }
            });
      }
      together(tasks);
    }
  }

  private static void assertSameBits(LstmOutput expected, LstmOutput actual) {
    assertArrayEquals(expected.output().toArray(), actual.output().toArray());
    assertArrayEquals(expected.hn().toArray(), actual.hn().toArray());
    assertArrayEquals(expected.cn().toArray(), actual.cn().toArray());
  }

  /**
   * OpenBLAS ends the process when about 640 calls are in flight; ours are capped well below. The
   * matrices are large enough for it to take its work buffers.
   */
  @ParameterizedTest
  @MethodSource("schedules")
  void aThousandThreadsInNativeCode(Schedule schedule) throws Exception {
    assumeTrue(NativeCode.excuse() == null, NativeCode::excuse);
    LstmOptions options = LstmOptions.of(Backend.NATIVE).withSchedule(schedule);
    LstmCase c = LstmCase.dense(LstmConfig.of(256, 256), 2, 32, true, 1);
    try (Lstm lstm = Lstm.create(c.parameters(), options)) {
      Tensor x = c.input(0);
      LstmState initial = c.initial();
      float[] expected = lstm.forward(x, initial).output().toArray();
      List<Task> tasks = new ArrayList<>();
      for (int thread = 0; thread < 1100; thread++) {
        tasks.add(
            () -> {
              try (LstmOutput out = lstm.forward(x, initial)) {
                assertArrayEquals(expected, out.output().toArray());
              }
            });
      }
      together(tasks);
    }
  }

  static Stream<Schedule> schedules() {
    return Stream.of(Schedule.GEMM, Schedule.PACKED);
  }

  /** A call that has begun completes; one that comes too late is refused in words. */
  @ParameterizedTest
  @MethodSource("backends")
  void closingWhileOthersRun(LstmOptions options) throws Exception {
    LstmCase c = LstmCase.dense(LstmConfig.of(9, 21).withNumLayers(2), 30, 5, true, 1);
    for (int round = 0; round < 5; round++) {
      Lstm lstm = Lstm.create(c.parameters(), options);
      Tensor x = c.input(0);
      LstmState initial = c.initial();
      LstmOutput expected = lstm.forward(x, initial);
      AtomicInteger completed = new AtomicInteger();
      List<Task> tasks = new ArrayList<>();
      for (int thread = 0; thread < 8; thread++) {
        tasks.add(
            () -> {
              IllegalStateException refused =
                  assertThrows(
                      IllegalStateException.class,
                      () -> {
                        while (true) {
                          LstmOutput into = c.into();
                          lstm.forward(x, initial, into);
                          assertSameBits(expected, into);
                          completed.incrementAndGet();
                        }
                      });
              assertTrue(refused.getMessage().contains("closed"), refused::getMessage);
            });
      }
      tasks.add(
          () -> {
            while (completed.get() < 16) {
              Thread.onSpinWait();
            }
            lstm.close();
          });
      together(tasks);
      assertTrue(completed.get() >= 16);
    }
  }

  /** Two models take nothing from each other. */
  @Test
  void modelsRunSideBySide() throws Exception {
    List<Task> tasks = new ArrayList<>();
    for (LstmOptions options : backends().toList()) {
      for (long seed = 1; seed <= 2; seed++) {
        LstmCase c = LstmCase.dense(LstmConfig.of(5, 11), 20, 3, true, seed);
        c.truth();
        tasks.add(
            () -> {
              try (Lstm lstm = Lstm.create(c.parameters(), options)) {
                for (int k = 0; k < 50; k++) {
                  LstmOutput out = lstm.forward(c.input(0), c.initial());
                  c.assertTruth(out.output(), out.state());
                }
              }
            });
      }
    }
    assertEquals(0, tasks.size() % 2);
    together(tasks);
  }
}
