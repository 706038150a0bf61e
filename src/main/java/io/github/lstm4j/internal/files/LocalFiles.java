package io.github.lstm4j.internal.files;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a path must lead to before it is read or written. */
public final class LocalFiles {
  private LocalFiles() {}

  /**
   * Refuses a path of another file system than the default one, such as an entry of a jar.
   *
   * @throws IOException if it is one
   */
  public static void requireDefaultFileSystem(Path file) throws IOException {
    if (file.getFileSystem() != FileSystems.getDefault()) {
      throw new IOException(
          file
              + ": expected a file of the default file system, found one of "
              + file.getFileSystem()
              + "; go through a temporary file");
    }
  }

  /**
   * Refuses what can be neither mapped into memory nor read twice from its start: also folders,
   * pipes and devices.
   *
   * @throws IOException if it is there and no regular file
   */
  public static void requireRegular(Path file) throws IOException {
    requireDefaultFileSystem(file);
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new IOException(
          file
              + ": expected a regular file, found "
              + (Files.isDirectory(file) ? "a folder" : "a pipe or device"));
    }
  }

  /**
   * Refuses a folder, of which reading says little. Pipes and devices may be read.
   *
   * @throws IOException if it is one
   */
  public static void requireNoFolder(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IOException(file + ": expected a file, found a folder");
    }
  }
}
