package io.github.lstm4j;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CloseTest {
  private static long directBytes() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }

  private static void collect() throws InterruptedException {
    System.gc();
    Thread.sleep(20);
  }

  /** As close promises: also where somebody still refers to the model. */
  @Test
  void aClosedModelHoldsNoWeights() throws InterruptedException {
    assumeTrue(NativeCode.excuse() == null, NativeCode::excuse);
    List<Lstm> models = new ArrayList<>();
    // 8 MiB of weights each.
    LstmParameters parameters = LstmParameters.initialize(LstmConfig.of(512, 512), 1);
    for (int k = 0; k < 8; k++) {
      Lstm lstm = Lstm.create(parameters, LstmOptions.of(Backend.NATIVE));
      lstm.forward(Tensor.allocate(1, 1, 512));
      models.add(lstm);
    }
    // Twice, for copies made on the way are freed by a thread of the JDK's.
    collect();
    collect();
    long open = directBytes();
    models.forEach(Lstm::close);
    long freed = 0;
    for (int k = 0; k < 50 && freed < 32 << 20; k++) {
      collect();
      freed = open - directBytes();
    }
    // Half of it, for other tests' garbage may come and go beside it.
    long expected = 32 << 20;
    assertTrue(freed >= expected, "freed " + freed + " bytes, expected " + expected + " or more");
    assertThrows(IllegalStateException.class, () -> models.get(0).forward(Tensor.allocate(1, 512)));
  }
}
