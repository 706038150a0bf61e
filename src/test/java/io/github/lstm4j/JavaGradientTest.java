package io.github.lstm4j;

/** The gradients' contract on plain Java. */
class JavaGradientTest extends GradientContract {
  @Override
  LstmOptions options() {
    return LstmOptions.of(Backend.JAVA);
  }
}
