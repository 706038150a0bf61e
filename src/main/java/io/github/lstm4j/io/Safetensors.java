package io.github.lstm4j.io;

import io.github.lstm4j.Tensor;
import io.github.lstm4j.internal.files.LocalFiles;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * A <a href="https://huggingface.co/docs/safetensors/index#format">safetensors</a> file: eight
 * bytes of header length, a JSON header, then the tensors' bytes, little-endian.
 *
 * <p>Reading maps the bytes of each tensor when it is asked for, so files may be larger than
 * memory.
 */
public final class Safetensors implements Checkpoint {
  private static final int WINDOW = 1 << 28;
  private static final int MAX_LONGS = 1 << 24;

  private final Path file;
  private final FileChannel channel;
  private final SafetensorsHeader header;
  private final long dataStart;
  private final List<Entry> entries;
  private final LstmFinder finder;

  private Safetensors(Path file, FileChannel channel, SafetensorsHeader header, long dataStart)
      throws IOException {
    this.file = file;
    this.channel = channel;
    this.header = header;
    this.dataStart = dataStart;
    entries =
        header.slots.entrySet().stream()
            .map(e -> new Entry(e.getKey(), e.getValue().dtype().name(), e.getValue().shape()))
            .toList();
    finder = new LstmFinder(file, channel.size(), entries);
  }

  /**
   * Opens a file and checks its header: limits, types, and that the tensors cover the data exactly.
   *
   * @param file a regular file
   * @return the open file, to be closed by the caller
   * @throws CheckpointException if the content is not a valid safetensors file
   * @throws IOException if the file cannot be read, or is no regular file of the default file
   *     system
   */
  public static Safetensors open(Path file) throws IOException {
    LocalFiles.requireRegular(file);
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      long length = headerLength(channel);
      Reader reader =
          new InputStreamReader(
              new ChannelInput(channel, 8, length), StandardCharsets.UTF_8.newDecoder());
      SafetensorsHeader header = SafetensorsHeader.parse(reader, channel.size() - 8 - length);
      return new Safetensors(file, channel, header, 8 + length);
    } catch (CheckpointException e) {
      channel.close();
      throw e.in(file);
    } catch (Throwable e) {
      channel.close();
      throw e;
    }
  }

  private static long headerLength(FileChannel channel) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(9).order(ByteOrder.LITTLE_ENDIAN);
    while (head.hasRemaining() && channel.read(head, head.position()) >= 0) {
      // A read may return fewer bytes than asked for.
    }
    if (head.hasRemaining() || head.get(8) != '{') {
      throw new CheckpointException(
          "expected 8 bytes of length and a JSON object, found no JSON object");
    }
    long length = head.getLong(0);
    long most = Math.min(Limits.SAFETENSORS_HEADER, channel.size() - 8);
    if (length < 0 || length > most) {
      throw new CheckpointException(
          "expected a header of at most "
              + most
              + " bytes (the file has "
              + channel.size()
              + "), found length "
              + Long.toUnsignedString(length));
    }
    return length;
  }

  @Override
  public String format() {
    return "safetensors";
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
    return Collections.unmodifiableMap(header.metadata);
  }

  @Override
  public Tensor tensor(String name) throws IOException {
    SafetensorsSlot slot = slot(name);
    if (!slot.dtype().isFloat()) {
      throw mismatch(name, "F32, F16, BF16 or F64", slot);
    }
    long count = (slot.end() - slot.begin()) / slot.dtype().size;
    if (count > Tensor.MAX_SIZE) {
      throw mismatch(name, "at most " + Tensor.MAX_SIZE + " elements", slot);
    }
    int[] shape = new int[slot.shape().size()];
    for (int k = 0; k < shape.length; k++) {
      // An empty tensor may have any other dimension.
      if (slot.shape().get(k) > Integer.MAX_VALUE) {
        throw mismatch(name, "dimensions below 2^31", slot);
      }
      shape[k] = slot.shape().get(k).intValue();
    }
    Tensor tensor = Tensor.allocate(shape);
    FloatBuffer to = tensor.data();
    for (long at = slot.begin(); at < slot.end(); at += WINDOW) {
      slot.dtype().toFloats(map(at, Math.min(WINDOW, slot.end() - at)), to);
    }
    return tensor;
  }

  /**
   * Reads one tensor of integers, for example sequence lengths.
   *
   * @param name the name of an entry
   * @return the elements in row-major order, a new array
   * @throws CheckpointException if there is no such tensor, it holds no integers (signed of any
   *     width, or unsigned of up to 32 bits), or more than 2^24 of them
   * @throws IOException if the file cannot be read
   */
  public long[] longs(String name) throws IOException {
    SafetensorsSlot slot = slot(name);
    long count = (slot.end() - slot.begin()) / slot.dtype().size;
    if (!slot.dtype().isInteger()) {
      throw mismatch(name, "integers", slot);
    }
    if (count > MAX_LONGS) {
      throw mismatch(name, "at most " + MAX_LONGS + " integers", slot);
    }
    long[] longs = new long[(int) count];
    ByteBuffer bytes = map(slot.begin(), slot.end() - slot.begin());
    for (int k = 0; k < longs.length; k++) {
      longs[k] = slot.dtype().nextLong(bytes);
    }
    return longs;
  }

  /** Releases the file; tensors already read stay valid. Harmless when called again. */
  @Override
  public void close() throws IOException {
    channel.close();
  }

  /**
   * Writes a file of float32 tensors, replacing the file in one step: on any failure the old file,
   * or its absence, remains.
   *
   * @param file written
   * @param tensors name to tensor, written in the map's order; the elements are read, not kept
   * @param metadata free text, key to value
   * @throws IllegalArgumentException if a tensor is named {@code __metadata__}, or the file would
   *     exceed a limit of {@link #open}: 100,000 tensors and entries of metadata each, 8
   *     dimensions, 4,096 characters of a name or key, 4 Mi characters of a value, 16 Mi characters
   *     of them all, 100,000,000 bytes of header; nothing is written then
   * @throws IOException if the file cannot be written
   */
  public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata)
      throws IOException {
    SafetensorsWriter.write(file, tensors, metadata);
  }

  private ByteBuffer map(long begin, long size) throws IOException {
    requireOpen();
    if (dataStart + begin + size > channel.size()) { // else mapping would extend past the file
      throw new CheckpointException("expected an unchanged file, found it truncated").in(file);
    }
    return channel
        .map(FileChannel.MapMode.READ_ONLY, dataStart + begin, size)
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  private SafetensorsSlot slot(String name) throws CheckpointException {
    requireOpen();
    SafetensorsSlot slot = header.slots.get(name);
    if (slot == null) {
      throw finder.absent(name);
    }
    return slot;
  }

  private CheckpointException mismatch(String name, String expected, SafetensorsSlot slot) {
    return new CheckpointException(
            CheckpointException.quote(name)
                + ": expected "
                + expected
                + ", found "
                + slot.dtype()
                + " "
                + slot.shape())
        .in(file);
  }

  private void requireOpen() {
    if (!channel.isOpen()) {
      throw new IllegalStateException(file + " is closed");
    }
  }
}
