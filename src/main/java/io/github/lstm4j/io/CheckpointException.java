package io.github.lstm4j.io;

import java.io.IOException;
import java.nio.file.Path;

/**
 * The content of a file is not what it should be: malformed, hostile, of an unsupported kind, or
 * without the LSTM that was asked for. The message says which file, what was expected and what was
 * found.
 *
 * <p>Every reader of this package reports every problem with a file's content this way; failures of
 * the file system stay other {@link IOException}s.
 */
public final class CheckpointException extends IOException {
  private static final long serialVersionUID = 1L;
  private static final int QUOTED = 120;

  private final boolean located;

  CheckpointException(String message) {
    this(message, null, false);
  }

  CheckpointException(String message, Throwable cause) {
    this(message, cause, false);
  }

  /**
   * Reports that a file's content is not what its reader needs.
   *
   * @param file the file, named in front of the message
   * @param message one line: what was expected and what was found
   */
  public CheckpointException(Path file, String message) {
    this(file + ": " + message, null, true);
  }

  private CheckpointException(String message, Throwable cause, boolean located) {
    super(
        message.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]+", " "),
        cause); // libraries quote files as they are
    this.located = located;
  }

  /** Puts the file's name in front, once; the parsers know only bytes. */
  CheckpointException in(Path file) {
    return located ? this : new CheckpointException(file + ": " + getMessage(), this, true);
  }

  /** Makes text out of a file fit for one line of a message: short, without control characters. */
  static String quote(String text) {
    StringBuilder quoted = new StringBuilder("'");
    for (int k = 0; k < Math.min(text.length(), QUOTED); k++) {
      char c = text.charAt(k);
      boolean plain = !Character.isISOControl(c) && Character.getType(c) != Character.FORMAT;
      quoted.append(plain ? String.valueOf(c) : String.format("\\u%04x", (int) c));
    }
    return quoted.append(text.length() > QUOTED ? "...'" : "'").toString();
  }
}
