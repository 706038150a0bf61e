package io.github.lstm4j.internal.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
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
      aborted = true;
    }
  }

  private static long reserveOne() {
    assumeTrue(Workers.threads() > 1, "one processor: there are no helpers");
    long reserved = 0;
    for (int tries = 0; reserved == 0 && tries < 10_000; tries++) {
      reserved = Workers.reserve(1);
      Thread.onSpinWait();
    }
    assertEquals(1, Long.bitCount(reserved), "no helper is idle");
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
