package io.github.lstm4j.reference;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A small safetensors reader for test data: no checks, and no code of the library, so that a test
 * of the library's reader may use it as the second opinion.
 */
public final class TensorFile {
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final ByteBuffer data;

  private record Entry(String dtype, int[] shape, int offset) {
    int size() {
      int size = 1;
      for (int dimension : shape) {
        size *= dimension;
      }
      return size;
    }
  }

  private TensorFile(byte[] content) throws IOException {
    ByteBuffer file = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    int headerSize = Math.toIntExact(file.getLong());
    try (JsonParser json = new JsonFactory().createParser(content, 8, headerSize)) {
      readHeader(json);
    }
    data =
        file.slice(8 + headerSize, content.length - 8 - headerSize).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Reads a file, for example one of {@code examples/demo}. */
  public static TensorFile read(Path path) {
    try {
      return new TensorFile(Files.readAllBytes(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads a resource of the class path, named from its root: {@code /goldens/..}. */
  public static TensorFile ofResource(String name) {
    try (InputStream in = TensorFile.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalArgumentException("no resource " + name);
      }
      return new TensorFile(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the string metadata. */
  public Map<String, String> metadata() {
    return metadata;
  }

  /** Returns the names of the tensors. */
  public Set<String> names() {
    return entries.keySet();
  }

  /** Returns whether there is such a tensor. */
  public boolean has(String name) {
    return entries.containsKey(name);
  }

  /** Returns a copy of a tensor's dimensions. */
  public int[] shape(String name) {
    return entry(name).shape().clone();
  }

  /** Returns the elements of an F32 tensor. */
  public float[] floats(String name) {
    Entry entry = entry(name, "F32");
    float[] values = new float[entry.size()];
    for (int k = 0; k < values.length; k++) {
      values[k] = data.getFloat(entry.offset() + 4 * k);
    }
    return values;
  }

  /** Returns the elements of an F64 tensor, or those of an F32 tensor widened. */
  public double[] doubles(String name) {
    Entry entry = entry(name);
    if (!entry.dtype().equals("F32")) {
      entry = entry(name, "F64");
    }
    int width = entry.dtype().equals("F64") ? 8 : 4;
    double[] values = new double[entry.size()];
    for (int k = 0; k < values.length; k++) {
      int at = entry.offset() + width * k;
      values[k] = width == 8 ? data.getDouble(at) : data.getFloat(at);
    }
    return values;
  }

  /** Returns the elements of an I64 tensor. */
  public long[] longs(String name) {
    Entry entry = entry(name, "I64");
    long[] values = new long[entry.size()];
    for (int k = 0; k < values.length; k++) {
      values[k] = data.getLong(entry.offset() + 8 * k);
    }
    return values;
  }

  private Entry entry(String name, String dtype) {
    Entry entry = entry(name);
    if (!entry.dtype().equals(dtype)) {
      throw new IllegalArgumentException(name + " is " + entry.dtype() + ", not " + dtype);
    }
    return entry;
  }

  private Entry entry(String name) {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw new IllegalArgumentException("no tensor " + name + " among " + names());
    }
    return entry;
  }

  private void readHeader(JsonParser json) throws IOException {
    json.nextToken();
    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      json.nextToken();
      if (name.equals("__metadata__")) {
        for (String key = json.nextFieldName(); key != null; key = json.nextFieldName()) {
          metadata.put(key, json.nextTextValue());
        }
      } else {
        entries.put(name, readEntry(json));
      }
    }
  }

  private static Entry readEntry(JsonParser json) throws IOException {
    String dtype = null;
    int[] shape = null;
    int offset = 0;
    for (String key = json.nextFieldName(); key != null; key = json.nextFieldName()) {
      switch (key) {
        case "dtype" -> dtype = json.nextTextValue();
        case "shape" -> shape = readInts(json);
        case "data_offsets" -> offset = readInts(json)[0];
        default -> throw new IOException("unexpected key " + key);
      }
    }
    return new Entry(dtype, shape, offset);
  }

  private static int[] readInts(JsonParser json) throws IOException {
    List<Integer> values = new ArrayList<>();
    json.nextToken();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      values.add(json.getIntValue());
    }
    return values.stream().mapToInt(Integer::intValue).toArray();
  }
}
