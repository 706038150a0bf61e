package io.github.lstm4j;

import org.junit.jupiter.api.Nested;

class BackendTest {
  @Nested
  class Java extends BackendContract {
    @Override
    LstmOptions options() {
      return LstmOptions.of(Backend.JAVA);
    }
  }

  @Nested
  class Vector extends BackendContract {
    @Override
    LstmOptions options() {
      return LstmOptions.of(Backend.VECTOR);
    }
  }

  @Nested
  class Native extends BackendContract {
    @Override
    LstmOptions options() {
      return LstmOptions.of(Backend.NATIVE);
    }
  }

  @Nested
  class NativeGemm extends BackendContract {
    @Override
    LstmOptions options() {
      return LstmOptions.of(Backend.NATIVE).withSchedule(Schedule.GEMM);
    }
  }

  @Nested
  class NativeAvx2 extends BackendContract {
    @Override
    LstmOptions options() {
      return LstmOptions.nativeVariant("avx2");
    }
  }

  @Nested
  class NativeBaseline extends BackendContract {
    @Override
    LstmOptions options() {
      return LstmOptions.nativeVariant("baseline");
    }
  }
}
