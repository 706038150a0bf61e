package io.github.lstm4j.cli.common;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TextLinesTest {
  private static TextLines lines(byte[] bytes) {
    return new TextLines(new ByteArrayInputStream(bytes), "in");
  }

  @Test
  void linesAreCountedWhateverEndsThem() throws IOException {
    TextLines lines = lines("\uFEFFa\r\nb\n\nç".getBytes(StandardCharsets.UTF_8));
    assertEquals("a", lines.next());
    assertEquals("b", lines.next());
    assertEquals("", lines.next());
    assertEquals("ç", lines.next());
    assertEquals("in: line 4: expected x, found y", lines.bad("x", "y").getMessage());
    assertNull(lines.next());
  }

  /** Else a whole line would wait for its answer until the rest of the next one comes. */
  @Test
  void aLineWithoutItsEndHasToBeWaitedFor() throws IOException {
    TextLines lines = lines("a\nb\nc".getBytes(StandardCharsets.UTF_8));
    assertFalse(lines.mustWait());
    assertEquals("a", lines.next());
    assertFalse(lines.mustWait());
    assertEquals("b", lines.next());
    assertTrue(lines.mustWait());
    assertTrue(lines.mustWait());
    assertEquals("c", lines.next());
    TextLines longer =
        lines(("d\r\n" + "e".repeat(20_000) + "\n").getBytes(StandardCharsets.UTF_8));
    assertEquals("d", longer.next());
    assertTrue(longer.mustWait());
    assertEquals(20_000, longer.next().length());
    assertNull(longer.next());
  }

  @Test
  void otherBytesThanUtf8AreRefusedAtTheirLine() throws IOException {
    TextLines lines = lines("a\r\nb\rMüller\nc\n".getBytes(StandardCharsets.ISO_8859_1));
    assertEquals("a", lines.next());
    assertEquals("b", lines.next());
    String message = assertThrows(IOException.class, lines::next).getMessage();
    assertEquals("in: line 3: expected text in UTF-8, found other bytes", message);
  }

  @Test
  void aLineThatEndsInsideACharacterIsRefused() {
    TextLines lines = lines(new byte[] {'a', (byte) 0xe6, '\n', (byte) 0xbc, (byte) 0xa2});
    String message = assertThrows(IOException.class, lines::next).getMessage();
    assertEquals("in: line 1: expected text in UTF-8, found other bytes", message);
  }
}
