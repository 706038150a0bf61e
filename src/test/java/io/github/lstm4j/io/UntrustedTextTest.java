package io.github.lstm4j.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Text out of files, on its way to a terminal or another file. */
class UntrustedTextTest {
  /** U+009B begins a terminal's commands, U+202E turns the rest of a line around. */
  @Test
  void messagesHoldNoControlCharacters() {
    String hostile = "a\u001b[2J\u009b2J\u202eb\nc\u2028d";
    assertEquals("a [2J 2J b c d", new CheckpointException(hostile).getMessage());
    assertEquals(
        "'a\\u001b[2J\\u009b2J\\u202eb\\u000ac'",
        CheckpointException.quote("a\u001b[2J\u009b2J\u202eb\nc"));
  }

  /** Half of one could not be written to safetensors. */
  @Test
  void longScalarsAreCutBetweenCharacters() throws CheckpointException {
    String before = "a".repeat(199);
    TorchTree tree = new TorchTree(Map.of("note", before + "\ud83d\ude00 and more"));
    assertEquals(before + "...", tree.scalars.get("note"));
  }
}
