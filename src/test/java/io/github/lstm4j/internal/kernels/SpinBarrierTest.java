package io.github.lstm4j.internal.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class SpinBarrierTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  private static FutureTask<Void> await(SpinBarrier barrier, int times) {
    FutureTask<Void> task =
        new FutureTask<>(
            () -> {
              for (int k = 0; k < times; k++) {
                barrier.await();
              }
              return null;
            });
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    thread.start();
    return task;
  }

  /** As after a call of which one part failed: the next one uses the same barrier. */
  @Test
  void servesTheNextCallAfterOneThatFailed() {
    SpinBarrier barrier = new SpinBarrier();
    barrier.reset(2);
    FutureTask<Void> alone = await(barrier, 1);
    barrier.abort();
    ExecutionException thrown =
        assertThrows(
            ExecutionException.class, () -> assertTimeoutPreemptively(LONG, () -> alone.get()));
    assertEquals(IllegalStateException.class, thrown.getCause().getClass());
    barrier.reset(2);
    FutureTask<Void> one = await(barrier, 1000);
    FutureTask<Void> other = await(barrier, 1000);
    assertTimeoutPreemptively(LONG, () -> one.get());
    assertTimeoutPreemptively(LONG, () -> other.get());
  }
}
