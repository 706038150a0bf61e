package io.github.lstm4j;

/** The gradients' contract on plain Java with three threads. */
class JavaThreadsGradientTest extends GradientContract {
  @Override
  LstmOptions options() {
    return LstmOptions.of(Backend.JAVA).withThreads(3);
  }
}
