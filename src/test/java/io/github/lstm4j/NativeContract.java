package io.github.lstm4j;

import org.junit.jupiter.api.extension.ExtendWith;

/** The contract on one CPU variant of the native backend, in the PACKED schedule. */
@ExtendWith(NativeCode.Condition.class)
abstract class NativeContract extends BackendContract {
  abstract String variant();

  @Override
  LstmOptions options() {
    return LstmOptions.nativeVariant(variant());
  }
}
