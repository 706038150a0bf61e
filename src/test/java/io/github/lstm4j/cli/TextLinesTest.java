package io.github.lstm4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

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
