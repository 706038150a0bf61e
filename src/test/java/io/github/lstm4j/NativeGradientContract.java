package io.github.lstm4j;

import org.junit.jupiter.api.extension.ExtendWith;

/** The gradients' contract on one CPU variant of the native backend. */
@ExtendWith(NativeCode.Condition.class)
abstract class NativeGradientContract extends GradientContract {
  abstract String variant();

  @Override
  LstmOptions options() {
    return LstmOptions.nativeVariant(variant());
  }
}
