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

  /** As {@link #aClosedModelHoldsNoWeights}, of the workspace that backward needs. */
  @Test
  void aClosedTrainableModelHoldsNoWorkspace() throws InterruptedException {
    assumeTrue(NativeCode.excuse() == null, NativeCode::excuse);
    LstmConfig config = LstmConfig.of(1, 256).withProjSize(1);
    LstmOptions options = LstmOptions.of(Backend.NATIVE);
    collect();
    long before = directBytes();
    TrainableLstm lstm = TrainableLstm.create(LstmParameters.initialize(config, 1), options);
    Tensor x = Tensor.allocate(8000, 1, 1);
    LstmOutput out = lstm.newOutput(x);
    lstm.forward(x, null, out);
    lstm.backward(out.output(), null, LstmGradients.ofParameters(config), false);
    // The gates of every row alone.
    long kept = lstm.workspaceBytes();
    assertTrue(kept >= 8000L * 4 * 256 * Float.BYTES, "workspace of " + kept + " bytes");
    lstm.close();
    long left = Long.MAX_VALUE;
    for (int k = 0; k < 50 && left > kept / 2; k++) {
      collect();
      left = directBytes() - before;
    }
    assertTrue(left <= kept / 2, left + " bytes are left of " + kept);
    assertThrows(IllegalStateException.class, lstm::workspaceBytes);
  }
}
