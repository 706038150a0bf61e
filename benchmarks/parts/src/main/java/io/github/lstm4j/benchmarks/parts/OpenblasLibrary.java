package io.github.lstm4j.benchmarks.parts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The file of the OpenBLAS that this process has loaded. */
final class OpenblasLibrary {
  private OpenblasLibrary() {}

  static String path() {
    try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
      return maps.filter(line -> line.contains("/libopenblas.so"))
          .map(line -> line.substring(line.indexOf('/')))
          .findFirst()
          .orElseThrow(() -> new IllegalStateException("no libopenblas.so is loaded"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
