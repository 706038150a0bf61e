package io.github.lstm4j.io;

import io.github.lstm4j.Tensor;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipException;

/**
 * A file of PyTorch's {@code torch.save}: a {@code state_dict}, or a dictionary that holds some,
 * with numbers and strings beside them. Reads the zip format and the format before PyTorch 1.6.
 *
 * <p>Names of nested dictionaries are joined by dots, list elements are named by their index, and a
 * tensor saved by itself is named {@code tensor}. Views are returned as dense tensors.
 *
 * <p>The pickle in the file is read by an allow-list; nothing in it is ever executed. A file that
 * names any class or function beyond those of tensors is refused.
 */
public final class TorchCheckpoint implements Checkpoint {
  private final Path file;
  private final TorchRecords records;
  private final TorchTree tree;
  private final List<Entry> entries;
  private final LstmFinder finder;
  private volatile boolean closed;

  private TorchCheckpoint(Path file, long fileSize, TorchRecords records, TorchTree tree) {
    this.file = file;
    this.records = records;
    this.tree = tree;
    entries =
        tree.tensors.entrySet().stream()
            .map(
                e ->
                    new Entry(
                        e.getKey(), e.getValue().storage().dtype().name(), e.getValue().dims()))
            .toList();
    finder = new LstmFinder(file, fileSize, entries);
  }

  /**
   * Opens a file and checks that every tensor lies inside a storage of the size the file declares.
   *
   * @param file a regular file
   * @return the open file, to be closed by the caller
   * @throws CheckpointException if the content is malformed, or holds more than tensors, numbers
   *     and strings in dictionaries, lists and tuples
   * @throws IOException if the file cannot be read, or is no regular file of the default file
   *     system
   */
  public static TorchCheckpoint open(Path file) throws IOException {
    try {
      if (Format.of(file) == Format.TORCH_ZIP) {
        TorchZip zip = TorchZip.open(file);
        return open(
            file,
            zip,
            () -> TorchUnpickler.read(new PickleInput(zip.pickle()), Limits.pickleHeap()));
      }
      TorchLegacy legacy = TorchLegacy.open(file);
      return open(file, legacy, legacy::root);
    } catch (CheckpointException e) {
      throw e.in(file);
    } catch (ZipException | EOFException e) {
      throw damaged(e).in(file);
    }
  }

  /** The JDK finds damage in an archive late, when an entry is read. */
  private static CheckpointException damaged(IOException e) {
    return new CheckpointException(
        "expected a zip archive, found it damaged: " + e.getMessage(), e);
  }

  private interface Root {
    Object read() throws IOException;
  }

  private static TorchCheckpoint open(Path file, TorchRecords records, Root root)
      throws IOException {
    try {
      TorchTree tree = new TorchTree(root.read());
      Map<String, TorchStorage> storages = new LinkedHashMap<>();
      for (TorchTensor tensor : tree.tensors.values()) {
        storages.putIfAbsent(tensor.storage().key(), tensor.storage());
      }
      if (records instanceof TorchLegacy legacy) {
        legacy.locate(storages);
      }
      long fileSize = Files.size(file);
      long most = Limits.readBytes(fileSize);
      long toRead = 0;
      for (TorchTensor tensor : tree.tensors.values()) {
        checkRecord(records, tensor.storage());
        toRead += tensor.extent() * tensor.storage().dtype().size;
        if (toRead > most) {
          throw new CheckpointException(
              "expected tensors that share storages in moderation, found that reading them all"
                  + " takes many times the size of the file");
        }
      }
      return new TorchCheckpoint(file, fileSize, records, tree);
    } catch (Throwable e) {
      records.close();
      throw e;
    }
  }

  private static void checkRecord(TorchRecords records, TorchStorage storage)
      throws CheckpointException {
    long size = records.size(storage.key());
    if (size != storage.bytes()) {
      throw new CheckpointException(
          "storage "
              + CheckpointException.quote(storage.key())
              + ": expected "
              + storage.bytes()
              + " bytes ("
              + storage.size()
              + " elements of "
              + storage.dtype()
              + "), found "
              + (size < 0 ? "no such record" : Long.toString(size)));
    }
  }

  @Override
  public String format() {
    return records.format();
  }

  @Override
  public List<Entry> entries() {
    requireOpen();
    return entries;
  }

  LstmFinder finder() {
    requireOpen();
    return finder;
  }

  @Override
  public Map<String, String> metadata() {
    requireOpen();
    return Collections.unmodifiableMap(tree.scalars);
  }

  @Override
  public Tensor tensor(String name) throws IOException {
    requireOpen();
    TorchTensor view = tree.tensors.get(name);
    if (view == null) {
      throw finder.absent(name);
    }
    if (!view.storage().dtype().isFloat() || view.extent() > Tensor.MAX_SIZE) {
      throw new CheckpointException(
              CheckpointException.quote(name)
                  + ": expected F32, F16, BF16 or F64 and at most "
                  + Tensor.MAX_SIZE
                  + " elements, found "
                  + view.storage().dtype()
                  + " "
                  + view.dims())
          .in(file);
    }
    try {
      return read(view);
    } catch (CheckpointException e) {
      throw e.in(file);
    } catch (ZipException | EOFException e) {
      throw damaged(e).in(file);
    }
  }

  private Tensor read(TorchTensor view) throws IOException {
    Tensor tensor = Tensor.allocate(view.shape());
    if (tensor.size() == 0) {
      return tensor;
    }
    DType dtype = view.storage().dtype();
    Tensor dense = view.isDense() ? tensor : Tensor.allocate((int) view.span());
    long offset = view.offset() * dtype.size;
    try (InputStream in = records.open(view.storage().key(), offset)) {
      Elements.read(in, dtype, ByteOrder.LITTLE_ENDIAN, dense.data(), dense.size());
    }
    if (dense != tensor) {
      Elements.gather(dense.data(), view.shape(), view.stride(), tensor.data());
      dense.close();
    }
    return tensor;
  }

  /** Releases the file; tensors already read stay valid. Harmless when called again. */
  @Override
  public void close() throws IOException {
    closed = true;
    records.close();
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException(file + " is closed");
    }
  }
}
