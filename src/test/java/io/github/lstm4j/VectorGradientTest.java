package io.github.lstm4j;

/** The gradients' contract on the Vector API. */
class VectorGradientTest extends GradientContract {
  @Override
  LstmOptions options() {
    return LstmOptions.of(Backend.VECTOR);
  }
}
