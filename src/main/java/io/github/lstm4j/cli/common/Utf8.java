package io.github.lstm4j.cli.common;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Decodes UTF-8 piece by piece and refuses other bytes. A Java reader either replaces them, or
 * reads ahead and fails at a place that nobody knows. So streams are read as ISO 8859-1, one
 * character per byte, cut at line ends and commas, which no byte of a longer character looks like,
 * and the pieces are decoded here.
 */
final class Utf8 {
  private Utf8() {}

  /**
   * Decodes a piece.
   *
   * @param bytes one character per byte
   * @throws CharacterCodingException if they are not UTF-8
   */
  static String decode(String bytes) throws CharacterCodingException {
    if (isAscii(bytes)) {
      return bytes; // as most pieces are
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1));
    return StandardCharsets.UTF_8.newDecoder().decode(buffer).toString();
  }

  private static boolean isAscii(String text) {
    for (int k = 0; k < text.length(); k++) {
      if (text.charAt(k) >= 0x80) {
        return false;
      }
    }
    return true;
  }
}
