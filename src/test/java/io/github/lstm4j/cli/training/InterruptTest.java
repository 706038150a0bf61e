package io.github.lstm4j.cli.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lstm4j.cli.common.Streams;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class InterruptTest {
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Streams streams =
      new Streams(
          new ByteArrayInputStream(new byte[0]),
          new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
          new PrintStream(err, true, StandardCharsets.UTF_8),
          false);

  /** What the shutdown hook does, without an end of the JVM. */
  private String said(boolean closed) {
    Interrupt interrupt = new Interrupt(streams, "this is saved", 0);
    try {
      if (closed) {
        interrupt.close();
      }
      interrupt.waitUntilClosed();
      assertTrue(interrupt.asked());
    } finally {
      interrupt.close();
    }
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void workThatEndsSoonNeedsNoWords() {
    assertEquals("", said(true));
  }

  @Test
  void workThatIsCutOffIsSaidSo() {
    String text = said(false);
    assertTrue(text.contains("waits up to 0 seconds"), text);
    assertTrue(text.contains("took longer; this is saved"), text);
  }
}
