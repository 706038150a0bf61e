package io.github.lstm4j;

/** The contract on plain Java with three threads. */
class JavaThreadsBackendTest extends BackendContract {
  @Override
  LstmOptions options() {
    return LstmOptions.of(Backend.JAVA).withThreads(3);
  }
}
