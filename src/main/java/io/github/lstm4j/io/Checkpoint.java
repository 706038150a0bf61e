package io.github.lstm4j.io;

import io.github.lstm4j.Tensor;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * An open file of named tensors. Opening reads and checks names, types, shapes and sizes; the
 * elements are read when a tensor is asked for.
 *
 * <p>Thread-safety: several threads may use one checkpoint. One that is interrupted while it reads
 * may close the file for all of them, as {@link java.nio.channels.FileChannel} does. After {@link
 * #close} every method but {@code close} itself throws {@link IllegalStateException}. The file must
 * not be changed while it is open.
 */
public sealed interface Checkpoint extends Closeable permits Safetensors, TorchCheckpoint {

  /**
   * One tensor of a file.
   *
   * @param name unique in the file; the names of nested dictionaries are joined by dots
   * @param dtype the element type as stored, by safetensors' names: {@code F32}, {@code BF16},
   *     {@code I64} ...
   * @param shape the dimensions
   */
  record Entry(String name, String dtype, List<Long> shape) {
    /** The shape is copied. */
    public Entry {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(dtype, "dtype");
      shape = List.copyOf(shape);
    }

    /** Returns for example {@code lstm.weight_ih_l0 F32 [80, 10]}. */
    @Override
    public String toString() {
      return name + " " + dtype + " " + shape;
    }
  }

  /**
   * Opens a file of any format this package reads, recognised by its content.
   *
   * @param file a regular file
   * @return an open checkpoint, to be closed by the caller
   * @throws CheckpointException if the content is malformed or of a kind that is not read
   * @throws IOException if the file cannot be read, or is no regular file of the default file
   *     system (a resource of a jar, for example: copy it to a temporary file)
   */
  static Checkpoint open(Path file) throws IOException {
    return switch (Format.of(file)) {
      case SAFETENSORS -> Safetensors.open(file);
      case TORCH_ZIP, TORCH_LEGACY -> TorchCheckpoint.open(file);
    };
  }

  /** Returns the format in words, for example {@code safetensors} or {@code PyTorch (zip)}. */
  String format();

  /** Returns the tensors in the order of the file; unmodifiable. */
  List<Entry> entries();

  /**
   * Returns what else the file says: safetensors' {@code __metadata__}, or the numbers and strings
   * beside the tensors of a training checkpoint (the first 1000, each shortened to 200 characters).
   * Unmodifiable, in the order of the file.
   */
  Map<String, String> metadata();

  /**
   * Reads one tensor of floating-point numbers, converted to float32 by rounding to nearest.
   *
   * @param name the name of an entry
   * @return a new dense tensor that owns its memory
   * @throws CheckpointException if there is no such tensor, it does not hold F32, F16, BF16 or F64,
   *     or its data is not what the file declares
   * @throws IOException if the file cannot be read
   */
  Tensor tensor(String name) throws IOException;
}
