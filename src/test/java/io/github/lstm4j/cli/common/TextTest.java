package io.github.lstm4j.cli.common;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class TextTest {
  /** U+009B begins a terminal's commands, U+202E turns the rest of a line around. */
  @Test
  void aLineHoldsNoControlCharacters() {
    assertEquals("a?[2J?2J?b c", Text.oneLine("a\u001b[2J\u009b2J\u202eb\r\n c"));
  }
}
