package io.github.lstm4j.internal.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.lstm4j.StackOverflow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class WorkersTest {
  /** Part {@code failing} throws; the other waits for it and is told to give up. */
  private static final class Failing extends Workers.Job {
    private final int failing;
    private final Error error = new OutOfMemoryError("of a part");
    private volatile boolean aborted;

    Failing(int failing) {
      this.failing = failing;
    }

    @Override
    void part(int part) {
      if (part == failing) {
        throw error;
      }
      while (!aborted) {
        Thread.onSpinWait();
      }
      throw new IllegalStateException("another part has failed");
    }

    @Override
    void abort() {
      boolean first = !aborted;
      aborted = true;
      if (first) {
        LockSupport.parkNanos(20_000_000); // meanwhile the other part fails: it has to be second
      }
    }
  }

  private static long reserveOne() {
    assumeTrue(Workers.threads() > 1, "one processor: there are no helpers");
    return reserve(1);
  }

  /** Waits for helpers that have just done a part. */
  private static long reserve(int count) {
    long start = System.nanoTime();
    long reserved = 0;
    while (Long.bitCount(reserved) < count && System.nanoTime() - start < 20_000_000_000L) {
      reserved |= Workers.reserve(count - Long.bitCount(reserved));
      Thread.yield();
    }
    assertEquals(count, Long.bitCount(reserved), "idle helpers");
    return reserved;
  }

  @Test
  void theFirstFailureIsTheOneThatIsThrown() {
    for (int failing = 0; failing < 2; failing++) {
      Failing job = new Failing(failing);
      long reserved = reserveOne();
      assertSame(
          job.error, assertThrows(OutOfMemoryError.class, () -> Workers.run(job, 2, reserved)));
    }
  }

  @Test
  void aFailedJobLeavesItsHelperFreeAndCanRunAgain() {
    AtomicInteger done = new AtomicInteger();
    Workers.Job job =
        new Workers.Job() {
          @Override
          void part(int part) {
            if (done.getAndIncrement() < 2) {
              throw new IllegalArgumentException("at first");
            }
          }

          @Override
          void abort() {}
        };
    long first = reserveOne();
    assertThrows(IllegalArgumentException.class, () -> Workers.run(job, 2, first));
    Workers.run(job, 2, reserveOne());
    assertEquals(4, done.get());
  }

  private static final class Nothing extends Workers.Job {
    @Override
    void part(int part) {}

    @Override
    void abort() {}
  }

  @Test
  void helpersWithoutAPartAreFreeAgain() {
    assumeTrue(Workers.threads() > 2, "there are not two helpers");
    int all = Workers.threads() - 1;
    Workers.run(new Nothing(), 2, reserve(all));
    Workers.run(new Nothing(), 1 + all, reserve(all));
  }

  /** They hold up neither the JVM's end nor a class loader of the caller's, and sleep when idle. */
  @Test
  void helpersAreInNobodysWay() throws InterruptedException {
    Workers.run(new Nothing(), 2, reserveOne());
    int helpers = 0;
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("lstm4j-worker-")) {
        helpers++;
        assertTrue(thread.isDaemon());
        assertNull(thread.getContextClassLoader());
        thread.interrupt();
        for (int k = 0; k < 500 && thread.isInterrupted(); k++) {
          Thread.sleep(10);
        }
        assertFalse(thread.isInterrupted(), "an interrupted thread cannot park");
      }
    }
    assertTrue(helpers > 0);
  }

  /** A thread whose stack is full gets none, rather than leave some behind. */
  @Test
  void aStackOverflowLosesNoHelper() throws InterruptedException {
    assumeTrue(Workers.threads() > 1, "one processor: there are no helpers");
    Nothing job = new Nothing();
    new StackOverflow(
            () -> {
              long reserved = Workers.reserve(1);
              if (reserved != 0) {
                Workers.run(job, 2, reserved);
              }
            })
        .run();
    int all = Workers.threads() - 1;
    Workers.run(job, 1 + all, reserve(all));
  }

  @Test
  void virtualThreadsGetNone() throws Exception {
    assumeTrue(Runtime.version().feature() >= 21, "no virtual threads before Java 21");
    AtomicLong reserved = new AtomicLong(-1);
    Runnable asks = () -> reserved.set(Workers.reserve(1));
    ((Thread) Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, asks))
        .join();
    assertEquals(0, reserved.get());
  }
}
