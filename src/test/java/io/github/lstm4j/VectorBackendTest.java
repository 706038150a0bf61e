package io.github.lstm4j;

/** The contract on the Vector API. */
class VectorBackendTest extends BackendContract {
  @Override
  LstmOptions options() {
    return LstmOptions.of(Backend.VECTOR);
  }
}
