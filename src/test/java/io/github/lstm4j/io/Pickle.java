package io.github.lstm4j.io;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes pickles opcode by opcode, and archives around them, for what PyTorch would never write.
 */
final class Pickle {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** Begins with PROTO 2. */
  static Pickle start() {
    return new Pickle().op(0x80, 2);
  }

  Pickle op(int... bytes) {
    for (int b : bytes) {
      out.write(b);
    }
    return this;
  }

  /** Opcodes that are printable characters. */
  Pickle op(String text) {
    out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    return this;
  }

  Pickle global(String module, String name) {
    return op("c" + module + "\n" + name + "\n");
  }

  Pickle op(Pickle more) {
    out.writeBytes(more.bytes());
    return this;
  }

  /** A call with one argument, whose opcodes are given. */
  Pickle call(String module, String name, String argument) {
    return global(module, name).op(argument).op(0x85).op("R");
  }

  /** BINUNICODE. */
  Pickle text(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    return op("X").int4(bytes.length).op(value);
  }

  /** BININT. */
  Pickle number(int value) {
    return op("J").int4(value);
  }

  /** LONG1 of eight bytes. */
  Pickle number(long value) {
    return op(0x8a, 8).int8(value);
  }

  Pickle int4(int value) {
    out.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
    return this;
  }

  Pickle int8(long value) {
    out.writeBytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
    return this;
  }

  /** A float32 tensor as torch.save writes it, over record "0". */
  Pickle tensor(long numel, long offset, long[] shape, long[] stride) {
    global("torch._utils", "_rebuild_tensor_v2").op("(");
    storage("0", numel).number(offset).tuple(shape).tuple(stride);
    return op(0x89).global("collections", "OrderedDict").op(")RtR");
  }

  Pickle storage(String key, long numel) {
    op("(").text("storage").global("torch", "FloatStorage").text(key).text("cpu");
    return number(numel).op("tQ");
  }

  Pickle tuple(long... values) {
    op("(");
    for (long value : values) {
      number(value);
    }
    return op("t");
  }

  byte[] stop() {
    return op(".").out.toByteArray();
  }

  byte[] bytes() {
    return out.toByteArray();
  }

  /** Writes an archive of this pickle and one record of zeros. */
  static void zip(Path file, byte[] pickle, int recordBytes) throws IOException {
    zip(file, Map.of("archive/data.pkl", pickle, "archive/data/0", new byte[recordBytes]), false);
  }

  static void zip(Path file, Map<String, byte[]> entries, boolean deflate) throws IOException {
    try (OutputStream to = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(to)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        ZipEntry header = new ZipEntry(entry.getKey());
        header.setMethod(deflate ? ZipEntry.DEFLATED : ZipEntry.STORED);
        header.setSize(entry.getValue().length);
        CRC32 crc = new CRC32();
        crc.update(entry.getValue());
        header.setCrc(crc.getValue());
        zip.putNextEntry(header);
        zip.write(entry.getValue());
        zip.closeEntry();
      }
    }
  }

  /** Writes the file of PyTorch before 1.6 around a pickle, without any storage. */
  static void legacy(Path file, byte[] pickle) throws IOException {
    legacyParts(file, pickle, start().op("]").stop());
  }

  /** The same with one storage, up to where its elements begin. */
  static void legacy(Path file, byte[] pickle, String key, long numel) throws IOException {
    byte[] count = new Pickle().int8(numel).bytes();
    legacyParts(file, pickle, start().op("]").text(key).op("a").stop(), count);
  }

  private static void legacyParts(Path file, byte[]... parts) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(new Pickle().op(0x80, 2, 0x8a, 10).op(0x6c, 0xfc, 0x9c, 0x46, 0xf9).bytes());
    all.writeBytes(new Pickle().op(0x20, 0x6a, 0xa8, 0x50, 0x19).stop());
    all.writeBytes(start().number(1001).stop());
    all.writeBytes(start().op("}").stop());
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    Files.write(file, all.toByteArray());
  }
}
