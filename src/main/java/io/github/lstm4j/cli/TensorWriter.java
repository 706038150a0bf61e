package io.github.lstm4j.cli;

import io.github.lstm4j.Tensor;
import io.github.lstm4j.cli.common.CsvTensors;
import io.github.lstm4j.cli.common.Streams;
import io.github.lstm4j.cli.common.Text;
import io.github.lstm4j.internal.files.OutputFile;
import io.github.lstm4j.io.Npy;
import io.github.lstm4j.io.Safetensors;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Writes sequences, whatever the format; {@code -} is standard output. */
final class TensorWriter {
  private final Streams streams;

  TensorWriter(Streams streams) {
    this.streams = streams;
  }

  /** Refuses a name that could not be written, before the work whose result it is to hold. */
  static void requireWritable(String name) throws IOException {
    if (!name.equals(TensorReader.STANDARD)) {
      OutputFile.requireWritable(Path.of(name));
    }
  }

  /**
   * Writes tensors: safetensors hold them all, npy and CSV the first.
   *
   * @throws IOException if the file cannot be written; the old content then remains
   */
  void write(String name, FileFormat format, Map<String, Tensor> tensors) throws IOException {
    Tensor first = tensors.values().iterator().next();
    if (!name.equals(TensorReader.STANDARD)) {
      writeFile(Path.of(name), format, tensors, first);
      return;
    }
    OutputStream out = new BufferedOutputStream(streams.out());
    switch (format) {
      case CSV -> CsvTensors.write(out, rows(first));
      case NPY -> Npy.write(out, first);
      case SAFETENSORS -> {
        Path copy = Files.createTempFile("lstm4j-", ".output");
        try {
          Safetensors.write(copy, tensors, Map.of());
          Files.copy(copy, out);
        } finally {
          Files.deleteIfExists(copy);
        }
      }
    }
    out.flush();
  }

  private static void writeFile(
      Path file, FileFormat format, Map<String, Tensor> tensors, Tensor first) throws IOException {
    switch (format) {
      case SAFETENSORS -> Safetensors.write(file, tensors, Map.of());
      case NPY -> Npy.write(file, first);
      case CSV -> {
        Tensor rows = rows(first);
        OutputFile.writeStream(file, out -> CsvTensors.write(out, rows));
      }
    }
  }

  /** Whether CSV can hold this shape: one sequence, whichever of the two axes is time. */
  private static boolean isOneSequence(int[] shape) {
    return shape.length == 2 || (shape.length == 3 && (shape[0] == 1 || shape[1] == 1));
  }

  /** The tensor as rows of CSV. */
  private static Tensor rows(Tensor tensor) throws IOException {
    if (!isOneSequence(tensor.shape())) {
      throw new IOException(
          "CSV holds one sequence, one time step a row; a tensor of shape "
              + Text.shape(tensor.shape())
              + " goes into npy or safetensors");
    }
    int last = tensor.rank() - 1;
    return tensor.rank() == 2
        ? tensor
        : tensor.reshape(tensor.dim(0) * tensor.dim(1), tensor.dim(last));
  }
}
