package io.github.lstm4j.internal.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.lstm4j.Backend;
import io.github.lstm4j.Lstm;
import io.github.lstm4j.LstmConfig;
import io.github.lstm4j.LstmOptions;
import io.github.lstm4j.LstmOutput;
import io.github.lstm4j.LstmParameters;
import io.github.lstm4j.Schedule;
import io.github.lstm4j.StackOverflow;
import io.github.lstm4j.Tensor;
import io.github.lstm4j.internal.memory.Floats;
import java.lang.ref.Reference;
import java.lang.reflect.Field;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class BlasTest {
  /** OpenBLAS ends the process if too many calls run at once, which a small machine never shows. */
  @Test
  void noMoreCallsRunThanOpenBlasHasBuffersFor() throws Exception {
    assumeTrue(NativeLibrary.openBlas().failure() == null, NativeLibrary.openBlas()::failure);
    assertTrue(Blas.MAX_IN_FLIGHT < 128, "work buffers of OpenBLAS");
    Semaphore permits = permits();
    Floats a = Floats.allocate(1);
    Floats b = Floats.allocate(1);
    Floats c = Floats.allocate(1);
    a.fill(2);
    b.fill(3);
    FutureTask<Void> call =
        new FutureTask<>(
            () -> {
              long to = Addresses.of(c);
              new Blas().multiplyTransposed(1, 1, 1, Addresses.of(a), Addresses.of(b), 0f, to);
              return null;
            });
    assertTrue(permits.tryAcquire(Blas.MAX_IN_FLIGHT, 20, TimeUnit.SECONDS), "a permit is lost");
    try {
      new Thread(call).start();
      assertThrows(TimeoutException.class, () -> call.get(200, TimeUnit.MILLISECONDS));
    } finally {
      permits.release(Blas.MAX_IN_FLIGHT);
    }
    call.get(20, TimeUnit.SECONDS);
    assertEquals(6f, c.buffer().get(0));
    assertEquals(Blas.MAX_IN_FLIGHT, permits.availablePermits());
    Reference.reachabilityFence(a);
    Reference.reachabilityFence(b);
  }

  @Test
  void aStackOverflowLosesNoPermit() throws Exception {
    assumeTrue(NativeLibrary.kernels().failure() == null, NativeLibrary.kernels()::failure);
    assumeTrue(NativeLibrary.openBlas().failure() == null, NativeLibrary.openBlas()::failure);
    LstmParameters parameters = LstmParameters.initialize(LstmConfig.of(32, 32), 1);
    LstmOptions gemm = LstmOptions.of(Backend.NATIVE).withSchedule(Schedule.GEMM);
    try (Lstm lstm = Lstm.create(parameters, gemm)) {
      Tensor x = Tensor.allocate(8, 2, 32);
      LstmOutput into = lstm.newOutput(x);
      new StackOverflow(() -> lstm.forward(x, null, into)).run();
    }
    assertEquals(Blas.MAX_IN_FLIGHT, permits().availablePermits());
  }

  private static Semaphore permits() throws ReflectiveOperationException {
    Field field = Blas.class.getDeclaredField("IN_FLIGHT");
    field.setAccessible(true);
    return (Semaphore) field.get(null);
  }
}
