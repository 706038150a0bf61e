package io.github.lstm4j.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files that src/test/python/make_io_files.py made with PyTorch and numpy. */
final class Samples {
  private Samples() {}

  static Path file(String name) {
    return folder().resolve(name);
  }

  static List<Path> all() {
    try (Stream<Path> files = Files.list(folder())) {
      return files.filter(Files::isRegularFile).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path folder() {
    try {
      // Not the folder itself: package folders of the same name stand beside it.
      return Path.of(Samples.class.getResource("/io/zip.pt").toURI()).getParent();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
