package io.github.lstm4j.cli.training;

import io.github.lstm4j.internal.files.OutputFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/** Writes pictures, also where there is no screen; knows nothing of AWT, which may be missing. */
final class PlotFile {
  private PlotFile() {}

  /**
   * Writes a PNG file, replacing it in one step.
   *
   * @param panels asked for here, because making them may fail as drawing may
   * @throws IOException if it cannot be written, or this Java cannot draw
   */
  static void write(Path file, Supplier<List<Panel>> panels) throws IOException {
    // A screen may be named that cannot be reached; nothing is shown on it anyway.
    System.setProperty("java.awt.headless", "true");
    byte[] png;
    try {
      png = Picture.png(panels.get());
    } catch (LinkageError | InternalError | RuntimeException e) {
      // The answers of a Java without AWT or its native part, and of a system without fonts.
      throw new IOException(
          file
              + ": this Java cannot draw ("
              + e
              + "); it takes the module java.desktop, libfreetype, fontconfig and a font. All other"
              + " files are written",
          e);
    }
    OutputFile.writeStream(file, out -> out.write(png));
  }
}
