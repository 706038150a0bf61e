package io.github.lstm4j.internal.files;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.UUID;

/** Replaces a file in one step: whoever reads sees the old content or the new one, never a part. */
public final class OutputFile {
  /** Links that lead to one another, as Linux counts them. */
  private static final int MAX_LINKS = 40;

  private OutputFile() {}

  /** Writes what a file is to hold. */
  public interface Content {
    /** Writes to a channel, which is then closed. */
    void writeTo(FileChannel channel) throws IOException;
  }

  /** The same as a stream. */
  public interface StreamContent {
    /** Writes to a stream, which is then flushed and closed. */
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Refuses a file that could not be written, before the work whose result it is to hold.
   *
   * @throws IOException if it is a folder, or its folder is missing or may not be written
   */
  public static void requireWritable(Path file) throws IOException {
    LocalFiles.requireDefaultFileSystem(file);
    if (Files.isDirectory(file)) {
      throw new IOException(file + ": expected a file to write, found a folder");
    }
    Path written = isInPlace(file) ? file : target(file).getParent();
    if (!isInPlace(file) && !Files.isDirectory(written)) {
      throw new IOException(file + ": no such folder: " + written);
    }
    if (!Files.isWritable(written)) {
      throw new IOException(file + ": no permission to write " + written);
    }
  }

  /**
   * Writes a file.
   *
   * @throws IOException if it cannot be written; the old content then remains
   */
  public static void write(Path file, Content content) throws IOException {
    requireWritable(file);
    try {
      if (isInPlace(file)) {
        try (FileChannel channel = FileChannel.open(file, WRITE)) {
          content.writeTo(channel);
        }
      } else {
        replace(target(file), content);
      }
    } catch (FileSystemException e) {
      // It names the part, which nobody asked for.
      String reason = e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
      throw new IOException(file + ": cannot be written: " + reason, e);
    } catch (IOException e) {
      // A full disk has a message, an interrupt none.
      String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      throw new IOException(file + ": cannot be written: " + reason, e);
    }
  }

  /**
   * Writes a file from a stream.
   *
   * @throws IOException if it cannot be written; the old content then remains
   */
  public static void writeStream(Path file, StreamContent content) throws IOException {
    write(
        file,
        channel -> {
          OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel));
          content.writeTo(out);
          out.flush();
        });
  }

  private static void replace(Path target, Content content) throws IOException {
    // Not Files.createTempFile, whose files only the owner may read.
    Path part = target.resolveSibling(partPrefix(target) + UUID.randomUUID());
    try {
      try (FileChannel channel = FileChannel.open(part, CREATE_NEW, WRITE)) {
        keepPermissions(target, part);
        content.writeTo(channel);
        channel.force(true); // else a power cut may leave the new name with no content
      }
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /** What the names of its parts begin with; short, as the file's own may be as long as any. */
  private static String partPrefix(Path target) {
    return String.format(".lstm4j-%08x-", target.getFileName().toString().hashCode());
  }

  /**
   * Deletes what processes that were killed while they wrote a file have left of it. For callers
   * that know that nobody is writing it now.
   *
   * @throws IOException if its folder cannot be read, or a part not deleted
   */
  public static void deleteParts(Path file) throws IOException {
    Path target = target(file);
    try (DirectoryStream<Path> parts =
        Files.newDirectoryStream(target.getParent(), partPrefix(target) + "*")) {
      for (Path part : parts) {
        Files.deleteIfExists(part);
      }
    }
  }

  /** What only its owner could read stays so, also while it is written. */
  private static void keepPermissions(Path target, Path part) throws IOException {
    boolean posix =
        Files.getFileStore(part).supportsFileAttributeView(PosixFileAttributeView.class);
    if (posix && Files.exists(target)) {
      Files.setPosixFilePermissions(part, Files.getPosixFilePermissions(target));
    }
  }

  /**
   * Whether both names lead to one file that is there.
   *
   * @throws IOException if that cannot be told
   */
  public static boolean isSame(Path one, Path other) throws IOException {
    return Files.exists(one) && Files.exists(other) && Files.isSameFile(one, other);
  }

  /** A device or a pipe is written to; replacing it would be a surprise. */
  private static boolean isInPlace(Path file) {
    return Files.exists(file) && !Files.isRegularFile(file);
  }

  /** What is replaced: behind links, so that they remain. */
  private static Path target(Path file) throws IOException {
    if (Files.exists(file)) {
      return file.toRealPath();
    }
    Path target = file.toAbsolutePath();
    for (int k = 0; k < MAX_LINKS && Files.isSymbolicLink(target); k++) {
      target = target.resolveSibling(Files.readSymbolicLink(target));
    }
    if (Files.isSymbolicLink(target)) {
      throw new IOException(file + ": expected a file to write, found links that lead in a circle");
    }
    return target;
  }
}
