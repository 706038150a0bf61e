package io.github.lstm4j.cli.training;

import io.github.lstm4j.internal.files.OutputFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The folder that a training writes, and the names of its files. */
public record OutputFolder(Path path) {
  /** The network of the best epoch. */
  Path model() {
    return path.resolve("model.safetensors");
  }

  /** All that a run needs to go on. */
  Path checkpoint() {
    return path.resolve("checkpoint.safetensors");
  }

  Path log() {
    return path.resolve("log.csv");
  }

  Path predictions() {
    return path.resolve("predictions.csv");
  }

  Path plot() {
    return path.resolve("plot.png");
  }

  /** Everything that a run writes. */
  private List<Path> files() {
    return List.of(checkpoint(), model(), log(), predictions(), plot());
  }

  /**
   * Makes the folder, or sees to it that there is something to resume; and that nothing is lost,
   * and all can be written.
   *
   * @return what keeps other runs out of the folder, until it is closed
   */
  FolderLock prepare(boolean resume) throws IOException {
    if (Files.exists(path) && !Files.isDirectory(path)) {
      throw new IOException(path + ": expected a folder, found a file");
    }
    if (Files.isSymbolicLink(path) && !Files.exists(path)) {
      throw new IOException(path + ": expected a folder, found a link that leads to none");
    }
    if (resume && !Files.exists(checkpoint())) {
      throw new IOException(path + ": expected checkpoint.safetensors to resume, found none");
    }
    Files.createDirectories(path);
    FolderLock lock = FolderLock.take(path);
    try {
      if (!resume) {
        requireUnused();
      }
      for (Path file : files()) {
        OutputFile.requireWritable(file);
        OutputFile.deleteParts(file); // nobody else writes it now
      }
      return lock;
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /** A run replaces its own files alone: another one, such as its data, may have the same name. */
  private void requireUnused() throws IOException {
    if (Files.exists(checkpoint())) {
      throw new IOException(
          path + ": holds a training; --resume continues it, --output names another folder");
    }
    for (Path file : files()) {
      if (Files.exists(file)) {
        throw new IOException(
            file
                + ": is there already, and training would replace it; --output names another folder");
      }
    }
  }
}
