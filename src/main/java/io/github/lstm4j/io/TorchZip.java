package io.github.lstm4j.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * The zip archive that {@code torch.save} writes since PyTorch 1.6: one folder with {@code
 * data.pkl}, the records {@code data/0}, {@code data/1} ... and small files about the format.
 */
final class TorchZip implements TorchRecords {
  private static final int END_SIGNATURE = 0x06054b50;
  private static final int END64_SIGNATURE = 0x06064b50;
  private static final int LOCATOR64_SIGNATURE = 0x07064b50;
  private static final int END64_BYTES = 56;
  private static final int TAIL = 65_535 + 22 + 20 + 56;

  private final ZipFile zip;
  private final long fileSize;
  private final String folder;

  /** By name, each of them once. */
  private final Map<String, ZipEntry> entries;

  private final Map<String, ByteBuffer> inflated = new HashMap<>();
  private long inflatedBytes;

  private TorchZip(ZipFile zip, long fileSize, Map<String, ZipEntry> entries)
      throws CheckpointException {
    this.zip = zip;
    this.fileSize = fileSize;
    this.entries = entries;
    this.folder = findFolder(entries.keySet());
  }

  static TorchZip open(Path file) throws IOException {
    long fileSize = Files.size(file);
    checkDirectorySize(file, fileSize);
    ZipFile zip;
    try {
      zip = new ZipFile(file.toFile());
    } catch (ZipException | IllegalArgumentException e) {
      throw new CheckpointException(
          "expected a zip archive, found a malformed one: " + e.getMessage(), e);
    }
    try {
      TorchZip records = new TorchZip(zip, fileSize, entries(zip));
      records.checkKind();
      return records;
    } catch (Throwable e) {
      zip.close();
      throw e;
    }
  }

  /** The JDK reads the whole central directory into the heap, so look at its size first. */
  private static void checkDirectorySize(Path file, long fileSize) throws IOException {
    if (fileSize <= Limits.ZIP_DIRECTORY) {
      return;
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer tail = read(channel, fileSize - TAIL, TAIL);
      for (int at = 0; at <= TAIL - 22; at++) {
        if (tail.getInt(at) == END_SIGNATURE && tail.getInt(at + 12) != -1) {
          checkDirectorySize(tail.getInt(at + 12) & 0xffff_ffffL);
        } else if (tail.getInt(at) == LOCATOR64_SIGNATURE) {
          long end64 = tail.getLong(at + 8); // anywhere in the file, though it should stand before
          if (end64 >= 0 && end64 <= fileSize - END64_BYTES) {
            checkDirectorySize(end64Size(read(channel, end64, END64_BYTES), 0));
          }
        } else if (at <= TAIL - END64_BYTES) {
          checkDirectorySize(end64Size(tail, at));
        }
      }
    }
  }

  private static ByteBuffer read(FileChannel channel, long from, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    new ChannelInput(channel, from, count).readNBytes(bytes.array(), 0, count);
    return bytes;
  }

  private static long end64Size(ByteBuffer bytes, int at) {
    return bytes.getInt(at) == END64_SIGNATURE ? bytes.getLong(at + 40) : 0;
  }

  private static void checkDirectorySize(long size) throws CheckpointException {
    if (size < 0 || size > Limits.ZIP_DIRECTORY) {
      throw new CheckpointException(
          "expected a zip directory of at most "
              + Limits.ZIP_DIRECTORY
              + " bytes, found "
              + Long.toUnsignedString(size));
    }
  }

  private static Map<String, ZipEntry> entries(ZipFile zip) throws CheckpointException {
    if (zip.size() > Limits.ENTRIES) {
      throw new CheckpointException(
          "expected at most " + Limits.ENTRIES + " zip entries, found " + zip.size());
    }
    Map<String, ZipEntry> entries = new HashMap<>();
    Map<Integer, Integer> hashes = new HashMap<>();
    try {
      for (Iterator<? extends ZipEntry> it = zip.stream().iterator(); it.hasNext(); ) {
        ZipEntry entry = it.next();
        String name = entry.getName();
        if (entries.put(name, entry) != null) {
          throw new CheckpointException(
              "expected unique zip entries, found " + CheckpointException.quote(name) + " twice");
        }
        // The JDK looks through names of one hash one by one, each time that one is read.
        if (hashes.merge(name.hashCode(), 1, Integer::sum) > Limits.ZIP_HASH) {
          throw new CheckpointException(
              "expected at most "
                  + Limits.ZIP_HASH
                  + " zip entries whose names have one hash, found more");
        }
      }
    } catch (IllegalArgumentException e) { // as the JDK reports names that are not UTF-8
      throw new CheckpointException("expected a zip archive, found a malformed directory: " + e, e);
    }
    return entries;
  }

  private static String findFolder(Set<String> names) throws CheckpointException {
    String folder = null;
    for (String name : names) {
      if (name.equals("data.pkl") || name.endsWith("/data.pkl")) {
        if (folder != null) {
          throw new CheckpointException("expected one data.pkl in the archive, found two");
        }
        folder = name.substring(0, name.length() - "data.pkl".length());
      }
    }
    if (folder == null) {
      throw new CheckpointException(
          "expected a PyTorch archive with data.pkl, found a zip archive of "
              + names.size()
              + " other entries");
    }
    return folder;
  }

  private void checkKind() throws IOException {
    if (entries.get(folder + "constants.pkl") != null) {
      throw new CheckpointException(
          "expected a state_dict, found a TorchScript archive; save model.state_dict() instead");
    }
    if (entries.get(folder + "byteorder") != null) {
      String order = new String(bytes("byteorder", 64), StandardCharsets.ISO_8859_1).strip();
      if (!order.equals("little")) {
        throw new CheckpointException(
            "expected byte order little, found " + CheckpointException.quote(order));
      }
    }
  }

  /** Returns the pickle that describes the storages. */
  ByteBuffer pickle() throws IOException {
    return ByteBuffer.wrap(bytes("data.pkl", Limits.pickleBytes()));
  }

  private byte[] bytes(String name, long most) throws IOException {
    ZipEntry entry = entries.get(folder + name);
    long size = plausibleSize(entry);
    if (size > most) {
      throw new CheckpointException(name + ": expected at most " + most + " bytes, found " + size);
    }
    try (InputStream in = stream(entry)) {
      byte[] bytes = in.readNBytes((int) size);
      if (bytes.length < size) {
        throw new CheckpointException(
            name + ": expected " + size + " bytes, found " + bytes.length);
      }
      return bytes;
    }
  }

  @Override
  public String format() {
    return "PyTorch (zip)";
  }

  @Override
  public long size(String key) throws CheckpointException {
    ZipEntry entry = entries.get(folder + "data/" + key);
    return entry == null ? -1 : plausibleSize(entry);
  }

  private long plausibleSize(ZipEntry entry) throws CheckpointException {
    long size = entry.getSize();
    boolean stored = entry.getMethod() == ZipEntry.STORED;
    long most =
        stored ? Math.min(entry.getCompressedSize(), fileSize) : Limits.decodedBytes(fileSize);
    if (size < 0 || size > most) {
      throw new CheckpointException(
          "zip entry "
              + CheckpointException.quote(entry.getName())
              + ": expected at most "
              + most
              + " bytes in a file of "
              + fileSize
              + ", found a size of "
              + size);
    }
    return size;
  }

  @Override
  public InputStream open(String key, long offset) throws IOException {
    ZipEntry entry = entries.get(folder + "data/" + key);
    if (entry.getMethod() == ZipEntry.STORED) {
      InputStream in = stream(entry);
      in.skipNBytes(offset);
      return in;
    }
    ByteBuffer bytes = inflate(entry);
    return new PickleInput(bytes.position((int) offset));
  }

  /**
   * Inflates a record once, for all tensors that view it. PyTorch itself never compresses, so such
   * archives are rare; all their records together stay within what the file may decode to.
   */
  private synchronized ByteBuffer inflate(ZipEntry entry) throws IOException {
    ByteBuffer bytes = inflated.get(entry.getName());
    if (bytes == null) {
      long size = plausibleSize(entry);
      inflatedBytes += size;
      if (inflatedBytes > Math.min(Limits.decodedBytes(fileSize), Integer.MAX_VALUE)) {
        throw new CheckpointException(
            "expected compressed records that inflate to at most "
                + Limits.decodedBytes(fileSize)
                + " bytes in a file of "
                + fileSize
                + ", found more");
      }
      bytes = ByteBuffer.allocateDirect((int) size);
      try (ReadableByteChannel in = Channels.newChannel(stream(entry))) {
        while (bytes.hasRemaining()) {
          if (in.read(bytes) < 0) {
            throw new CheckpointException(
                "expected " + size + " bytes in a compressed record, found " + bytes.position());
          }
        }
      }
      inflated.put(entry.getName(), bytes.flip());
    }
    return bytes.duplicate();
  }

  private InputStream stream(ZipEntry entry) throws IOException {
    try {
      return zip.getInputStream(entry);
    } catch (ZipException | IllegalArgumentException e) {
      throw new CheckpointException(
          "expected a readable zip entry "
              + CheckpointException.quote(entry.getName())
              + ", found: "
              + e.getMessage(),
          e);
    }
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
