package io.github.lstm4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class LstmOptionsTest {
  /** What is wrong is in {@link MisuseTest}. */
  @Test
  void eachCopyChangesOneThing() {
    LstmOptions options = new LstmOptions(Backend.NATIVE, "baseline", Schedule.PACKED, 3);
    assertEquals(
        new LstmOptions(Backend.NATIVE, "baseline", Schedule.GEMM, 3),
        options.withSchedule(Schedule.GEMM));
    assertEquals(
        new LstmOptions(Backend.NATIVE, "baseline", Schedule.PACKED, 2), options.withThreads(2));
    assertEquals(
        new LstmOptions(Backend.NATIVE, "avx2", Schedule.AUTO, 1),
        LstmOptions.nativeVariant("avx2"));
    assertEquals(new LstmOptions(Backend.AUTO, null, Schedule.AUTO, 1), LstmOptions.defaults());
    assertEquals(LstmOptions.defaults(), LstmOptions.of(Backend.AUTO));
  }
}
