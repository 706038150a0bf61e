package io.github.lstm4j.cli;

import java.util.Locale;
import java.util.Optional;

/** The formats of files that hold sequences. */
enum FileFormat {
  SAFETENSORS,
  NPY,
  CSV;

  /** The format that a file name's ending tells. */
  static Optional<FileFormat> ofName(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    for (FileFormat format : values()) {
      if (lower.endsWith("." + format.name().toLowerCase(Locale.ROOT))) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }
}
