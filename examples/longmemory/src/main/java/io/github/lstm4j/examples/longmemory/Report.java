package io.github.lstm4j.examples.longmemory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What the study found.
 *
 * @param settings how large it was
 * @param before gradients of fresh networks
 * @param after gradients of trained ones
 * @param curves one for each training run
 * @param seconds that all took
 */
record Report(
    Settings settings,
    List<GradientNorms> before,
    List<GradientNorms> after,
    List<Curve> curves,
    double seconds) {
  /** Writes the page, its pictures and the numbers; replaces what has the same names. */
  void write(Path folder) throws IOException {
    Path images = Files.createDirectories(folder.resolve("images"));
    Path numbers = Files.createDirectories(folder.resolve("long-memory"));
    Charts charts = new Charts(this);
    Files.writeString(images.resolve("long-memory-gradients.svg"), charts.gradients());
    Files.writeString(images.resolve("long-memory-adding.svg"), charts.adding());
    Files.writeString(numbers.resolve("gradients-before.csv"), Csv.gradients(before));
    Files.writeString(numbers.resolve("gradients-after.csv"), Csv.gradients(after));
    Files.writeString(numbers.resolve("adding.csv"), Csv.adding(curves));
    Files.writeString(folder.resolve("long-memory.md"), Page.text(this));
  }
}
