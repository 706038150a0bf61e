package io.github.lstm4j;

/** The contract on plain Java. */
class JavaBackendTest extends BackendContract {
  @Override
  LstmOptions options() {
    return LstmOptions.of(Backend.JAVA);
  }
}
