package io.github.lstm4j;

/** Tests that run on one backend, which the subclass names. */
abstract class OneBackend {
  /** Options for the backend under test. */
  abstract LstmOptions options();
}
