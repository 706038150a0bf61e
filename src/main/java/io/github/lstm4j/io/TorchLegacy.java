package io.github.lstm4j.io;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code torch.save} wrote before PyTorch 1.6: pickles of a magic number, the protocol
 * version, the system, the object and the storages' keys; then each storage, its element count
 * first.
 */
final class TorchLegacy implements TorchRecords {
  private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
  private static final long PROTOCOL = 1001;

  /** Heap for the pickles of a few numbers. */
  private static final long SMALL = 1 << 20;

  private record Extent(long start, long bytes) {}

  private final FileChannel channel;
  private final Map<String, Extent> extents = new HashMap<>();
  private Object root;
  private List<?> keys;
  private long dataStart;

  private TorchLegacy(FileChannel channel) {
    this.channel = channel;
  }

  static TorchLegacy open(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      TorchLegacy records = new TorchLegacy(channel);
      records.readPickles();
      return records;
    } catch (Throwable e) {
      channel.close();
      throw e;
    }
  }

  private void readPickles() throws IOException {
    long size = Math.min(channel.size(), Limits.pickleBytes());
    PickleInput in = new PickleInput(channel.map(FileChannel.MapMode.READ_ONLY, 0, size));
    if (!MAGIC.equals(TorchUnpickler.read(in, SMALL))) {
      throw new CheckpointException(
          "expected a file of torch.save, found a plain pickle without PyTorch's magic number");
    }
    if (!(TorchUnpickler.read(in, SMALL) instanceof Number protocol
        && protocol.longValue() == PROTOCOL)) {
      throw new CheckpointException("expected protocol version 1001, found another");
    }
    if (TorchUnpickler.read(in, SMALL) instanceof Map<?, ?> system
        && Boolean.FALSE.equals(system.get("little_endian"))) {
      throw new CheckpointException("expected byte order little, found big");
    }
    root = TorchUnpickler.read(in, Limits.pickleHeap());
    if (!(TorchUnpickler.read(in, Limits.pickleHeap() / 2) instanceof List<?> list)) {
      throw new CheckpointException("expected the list of storage keys, found something else");
    }
    keys = list;
    dataStart = in.position();
  }

  Object root() {
    return root;
  }

  /** Walks through the storages behind the pickles and checks that each is as described. */
  void locate(Map<String, TorchStorage> storages) throws IOException {
    long at = dataStart;
    ByteBuffer count = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    for (Object key : keys) {
      TorchStorage storage = key instanceof String name ? storages.get(name) : null;
      if (storage == null || extents.containsKey(storage.key())) {
        throw new CheckpointException(
            "expected the keys of the pickled storages, found " + TorchObjects.kind(key));
      }
      int got = new ChannelInput(channel, at, 8).readNBytes(count.array(), 0, 8);
      if (got < 8 || count.getLong(0) != storage.size()) {
        throw new CheckpointException(
            "storage "
                + CheckpointException.quote(storage.key())
                + ": expected "
                + storage.size()
                + " elements, found "
                + (got < 8 ? "the end of the file" : Long.toString(count.getLong(0))));
      }
      long rest = channel.size() - at - 8;
      extents.put(storage.key(), new Extent(at + 8, Math.min(rest, storage.bytes())));
      at += 8 + Math.min(rest, storage.bytes());
    }
  }

  @Override
  public String format() {
    return "PyTorch (legacy)";
  }

  @Override
  public long size(String key) {
    Extent extent = extents.get(key);
    return extent == null ? -1 : extent.bytes;
  }

  @Override
  public InputStream open(String key, long offset) {
    Extent extent = extents.get(key);
    return new ChannelInput(channel, extent.start + offset, extent.bytes - offset);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
