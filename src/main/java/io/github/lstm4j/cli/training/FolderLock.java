package io.github.lstm4j.cli.training;

import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;

/**
 * Keeps other trainings out of a folder, by a lock on a file in it. The lock ends with the process,
 * so the file that a killed one leaves behind keeps nobody out.
 */
final class FolderLock implements AutoCloseable {
  private static final String NAME = ".lstm4j-lock";

  private final Path file;
  private final FileChannel channel; // null if there is no file to lock

  private FolderLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Locks a folder that is there; does without where the file system cannot.
   *
   * @throws IOException if another training holds it
   */
  static FolderLock take(Path folder) throws IOException {
    Path file = folder.resolve(NAME);
    FileChannel channel = null;
    boolean taken;
    try {
      if (!Files.exists(file)) {
        Files.createFile(file);
      }
      Object key = key(file);
      channel = FileChannel.open(file, WRITE);
      // Who held it may have deleted the file before letting go, and others made a new one.
      taken = channel.tryLock() != null && Objects.equals(key, key(file));
    } catch (OverlappingFileLockException | FileAlreadyExistsException | NoSuchFileException e) {
      taken = false; // held in this JVM; or made or deleted by another at this very moment
    } catch (IOException | UnsupportedOperationException e) {
      taken = true; // whether the training's files can be written is asked elsewhere
    }
    if (!taken) {
      if (channel != null) {
        channel.close();
      }
      throw new IOException(
          folder + ": another training is writing to it; --output names another folder");
    }
    return new FolderLock(file, channel);
  }

  /** What tells a file from another one of the same name. */
  private static Object key(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
  }

  /** Lets others in, and deletes the file; the second time does nothing. */
  @Override
  public void close() {
    if (channel == null || !channel.isOpen()) {
      return;
    }
    try (channel) {
      Files.deleteIfExists(file); // while it is held: later it may be another's
    } catch (IOException e) {
      // A file that stays keeps nobody out.
    }
  }
}
