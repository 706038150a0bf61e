package io.github.lstm4j.io;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.github.lstm4j.Tensor;
import io.github.lstm4j.internal.files.OutputFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Map;

/** Writes safetensors files of float32. */
final class SafetensorsWriter {
  private SafetensorsWriter() {}

  static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata)
      throws IOException {
    check(tensors, metadata);
    byte[] json = header(tensors, metadata);
    int padded = (json.length + 7) & ~7; // the data part begins on a multiple of 8
    check("the header", padded, Limits.SAFETENSORS_HEADER, "bytes");
    ByteBuffer head = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
    head.putLong(padded).put(json);
    while (head.hasRemaining()) {
      head.put((byte) ' ');
    }
    OutputFile.write(
        file,
        out -> {
          Elements.write(out, head.flip());
          for (Tensor tensor : tensors.values()) {
            Elements.write(out, tensor.data());
          }
        });
  }

  /** Refuses what {@link SafetensorsHeader} would, so that what is written can be read. */
  private static void check(Map<String, Tensor> tensors, Map<String, String> metadata) {
    check("tensors", tensors.size(), Limits.ENTRIES, "entries");
    check("metadata", metadata.size(), Limits.ENTRIES, "entries");
    long text = metadata.isEmpty() ? 0 : SafetensorsHeader.METADATA.length();
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      String name = entry.getKey();
      if (name.equals(SafetensorsHeader.METADATA)) {
        throw new IllegalArgumentException("tensors: the name " + name + " is reserved");
      }
      String what = "tensor " + CheckpointException.quote(name);
      check(what, name.length(), Limits.NAME, "characters of name");
      requireText(what, name);
      check(what, entry.getValue().rank(), Limits.RANK, "dimensions");
      text += name.length();
    }
    for (Map.Entry<String, String> entry : metadata.entrySet()) {
      String what = "metadata " + CheckpointException.quote(entry.getKey());
      check(what, entry.getKey().length(), Limits.NAME, "characters of key");
      check(what, entry.getValue().length(), Limits.VALUE, "characters of value");
      requireText(what, entry.getKey());
      requireText(what, entry.getValue());
      text += entry.getKey().length() + entry.getValue().length();
    }
    check("names and metadata", text, Limits.TEXT, "characters together");
  }

  private static void check(String what, long size, long most, String unit) {
    if (size > most) {
      throw new IllegalArgumentException(
          what + ": expected at most " + most + " " + unit + ", got " + size);
    }
  }

  /** Of a text that was cut within a character, the JSON would be malformed. */
  private static void requireText(String what, String text) {
    if (!UTF_8.newEncoder().canEncode(text)) {
      throw new IllegalArgumentException(
          what + ": expected Unicode text, got one with half of a surrogate pair");
    }
  }

  private static byte[] header(Map<String, Tensor> tensors, Map<String, String> metadata)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectFieldStart(SafetensorsHeader.METADATA);
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
          json.writeStringField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
      }
      long begin = 0;
      for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
        long end = begin + (long) Float.BYTES * entry.getValue().size();
        json.writeObjectFieldStart(entry.getKey());
        json.writeStringField("dtype", "F32");
        int[] shape = entry.getValue().shape();
        json.writeFieldName("shape");
        json.writeArray(shape, 0, shape.length);
        json.writeFieldName("data_offsets");
        json.writeArray(new long[] {begin, end}, 0, 2);
        json.writeEndObject();
        begin = end;
      }
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }
}
