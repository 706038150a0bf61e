package io.github.lstm4j.cli;

import io.github.lstm4j.Tensor;
import io.github.lstm4j.cli.common.CsvTensors;
import io.github.lstm4j.cli.common.Streams;
import io.github.lstm4j.internal.files.LocalFiles;
import io.github.lstm4j.io.CheckpointException;
import io.github.lstm4j.io.Npy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Reads sequences, whatever the format; {@code -} is a standard stream. */
final class TensorReader {
  /** What stands for standard input and standard output. */
  static final String STANDARD = "-";

  private final Streams streams;

  TensorReader(Streams streams) {
    this.streams = streams;
  }

  /** Reads from a file by its path; standard input is put into a temporary file first. */
  interface Reading<T> {
    T from(Path file) throws IOException;
  }

  /**
   * The format asked for, or that the name tells; CSV for a standard stream.
   *
   * @param option the option that could tell the format, or null
   */
  static FileFormat format(String name, FileFormat asked, String option, CommandSpec command) {
    Optional<FileFormat> known =
        Optional.ofNullable(asked)
            .or(() -> FileFormat.ofName(name))
            .or(() -> name.equals(STANDARD) ? Optional.of(FileFormat.CSV) : Optional.empty());
    return known.orElseThrow(
        () ->
            new ParameterException(
                command.commandLine(),
                name
                    + ": expected a name that ends in .safetensors, .npy or .csv"
                    + (option == null ? "" : ", or " + option)));
  }

  /** What messages call an input. */
  static String title(String name) {
    return name.equals(STANDARD) ? "standard input" : name;
  }

  /** Reads what {@code run} takes. */
  SequenceInput readInput(String name, FileFormat format) throws IOException {
    return format == FileFormat.SAFETENSORS
        ? fromFile(name, SequenceInput::read)
        : SequenceInput.of(read(name, format));
  }

  /** Reads the one tensor of an npy or CSV file. */
  Tensor read(String name, FileFormat format) throws IOException {
    if (format == FileFormat.NPY) {
      return name.equals(STANDARD) ? readNpy() : Npy.read(file(name));
    }
    if (name.equals(STANDARD)) {
      return CsvTensors.read(streams.in(), title(name));
    }
    try (InputStream in = Files.newInputStream(file(name))) {
      return CsvTensors.read(in, name);
    }
  }

  /** Standard input to its end, as a file is. */
  private Tensor readNpy() throws IOException {
    try {
      Tensor read = Npy.read(streams.in());
      if (streams.in().read() >= 0) {
        throw new IOException(title(STANDARD) + ": expected nothing after the array, found more");
      }
      return read;
    } catch (CheckpointException e) {
      throw new IOException(title(STANDARD) + ": " + e.getMessage(), e);
    }
  }

  /** Reads with something that wants a file. */
  <T> T fromFile(String name, Reading<T> reading) throws IOException {
    if (!name.equals(STANDARD)) {
      return reading.from(file(name));
    }
    Path copy = Files.createTempFile("lstm4j-", ".input");
    try {
      Files.copy(streams.in(), copy, StandardCopyOption.REPLACE_EXISTING);
      return reading.from(copy);
    } catch (CheckpointException e) {
      throw new IOException(e.getMessage().replace(copy.toString(), title(name)), e);
    } finally {
      Files.deleteIfExists(copy);
    }
  }

  private static Path file(String name) throws IOException {
    Path file = Path.of(name);
    LocalFiles.requireNoFolder(file);
    return file;
  }
}
