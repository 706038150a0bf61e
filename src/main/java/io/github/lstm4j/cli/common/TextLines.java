package io.github.lstm4j.cli.common;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The lines of a text in UTF-8, counted, for messages that say where. */
public final class TextLines {
  /** What some editors put before the first character. */
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  /** A line so far without an end is not read for it again and again. */
  private static final int LONG = 1 << 13;

  private final BufferedReader reader;
  private final String name;
  private int number;

  /**
   * Starts before the first line.
   *
   * @param in not closed
   * @param name what messages call the stream
   */
  public TextLines(InputStream in, String name) {
    this.reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.ISO_8859_1));
    this.name = name;
  }

  /**
   * Returns the next line without its end, or null after the last.
   *
   * @throws IOException if it is not UTF-8, or the stream fails
   */
  public String next() throws IOException {
    String bytes = reader.readLine();
    if (bytes == null) {
      return null;
    }
    number++;
    String line;
    try {
      line = Utf8.decode(bytes);
    } catch (CharacterCodingException e) {
      throw bad("text in UTF-8", "other bytes");
    }
    return number == 1 && line.startsWith(BYTE_ORDER_MARK) ? line.substring(1) : line;
  }

  /** Whether the end of the next line may have to be waited for, as when a person types it. */
  public boolean mustWait() throws IOException {
    reader.mark(LONG + 2); // a line feed before is read with the first
    try {
      for (int k = 0; k < LONG && reader.ready(); k++) {
        int c = reader.read();
        if (c == '\n' || c == '\r' || c < 0) {
          return false;
        }
      }
    } finally {
      reader.reset();
    }
    return true;
  }

  /** What is wrong with the line that {@link #next} returned last. */
  public IOException bad(String expected, String found) {
    return new IOException(
        name + ": line " + number + ": expected " + expected + ", found " + found);
  }
}
