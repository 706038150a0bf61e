package io.github.lstm4j.io;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Parses and checks the JSON header of a safetensors file. It is read as a stream, so that a
 * hostile header costs the memory of what it may legally hold, not of its length.
 */
final class SafetensorsHeader {
  /** Where the metadata stands among the tensors. */
  static final String METADATA = "__metadata__";

  private static final JsonFactory JSON =
      new JsonFactoryBuilder()
          // Names come from the file: no shared table of them, and nothing interned.
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(4)
                  .maxNameLength(Limits.NAME)
                  .maxNumberLength(32)
                  .maxStringLength(Limits.VALUE)
                  .build())
          .build();

  final Map<String, SafetensorsSlot> slots = new LinkedHashMap<>();
  final Map<String, String> metadata = new LinkedHashMap<>();
  private final JsonParser json;
  private long text;

  private SafetensorsHeader(JsonParser json) {
    this.json = json;
  }

  /**
   * Reads a header.
   *
   * @param reader the header's text, to its end
   * @param dataSize bytes of the file after the header
   * @throws CheckpointException if it breaks a rule of the format or a limit
   */
  static SafetensorsHeader parse(Reader reader, long dataSize) throws IOException {
    try (JsonParser json = JSON.createParser(reader)) {
      SafetensorsHeader header = new SafetensorsHeader(json);
      header.document();
      header.checkCoverage(dataSize);
      return header;
    } catch (JsonProcessingException e) {
      throw new CheckpointException(
          "expected a safetensors header, found malformed JSON: " + e.getOriginalMessage(), e);
    } catch (CharacterCodingException e) {
      throw new CheckpointException("expected a header in UTF-8, found other bytes", e);
    }
  }

  private void document() throws IOException {
    expect(json.nextToken(), JsonToken.START_OBJECT, "the header");
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = count(json.currentName());
      if (name.equals(METADATA)) {
        metadata();
      } else {
        if (slots.size() == Limits.ENTRIES) {
          throw new CheckpointException(
              "expected at most " + Limits.ENTRIES + " tensors, found more");
        }
        slots.put(name, slot(CheckpointException.quote(name)));
      }
    }
    if (json.nextToken() != null) {
      throw new CheckpointException("expected the header to end, found " + json.currentToken());
    }
  }

  private void metadata() throws IOException {
    expect(json.nextToken(), JsonToken.START_OBJECT, METADATA);
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String key = count(json.currentName());
      expect(
          json.nextToken(),
          JsonToken.VALUE_STRING,
          METADATA + " " + CheckpointException.quote(key));
      metadata.put(key, count(json.getText()));
      if (metadata.size() > Limits.ENTRIES) {
        throw new CheckpointException(
            "expected at most " + Limits.ENTRIES + " entries of metadata, found more");
      }
    }
  }

  private SafetensorsSlot slot(String name) throws IOException {
    expect(json.nextToken(), JsonToken.START_OBJECT, name);
    DType dtype = null;
    List<Long> shape = null;
    List<Long> offsets = null;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      json.nextToken();
      switch (field) {
        case "dtype" -> dtype = dtype(name);
        case "shape" -> shape = numbers(name + " shape", Limits.RANK);
        case "data_offsets" -> offsets = numbers(name + " data_offsets", 2);
        default ->
            throw new CheckpointException(
                name
                    + ": expected dtype, shape and data_offsets, found "
                    + CheckpointException.quote(field));
      }
    }
    if (dtype == null || shape == null || offsets == null || offsets.size() != 2) {
      throw new CheckpointException(
          name + ": expected dtype, shape and two data_offsets, found not all of them");
    }
    return new SafetensorsSlot(dtype, shape, offsets.get(0), offsets.get(1)).checked(name);
  }

  private DType dtype(String name) throws IOException {
    expect(json.currentToken(), JsonToken.VALUE_STRING, name + " dtype");
    String text = json.getText();
    for (DType dtype : DType.values()) {
      if (dtype.name().equals(text)) {
        return dtype;
      }
    }
    throw new CheckpointException(
        name + ": expected a dtype such as F32, found " + CheckpointException.quote(text));
  }

  private List<Long> numbers(String what, int most) throws IOException {
    expect(json.currentToken(), JsonToken.START_ARRAY, what);
    List<Long> numbers = new ArrayList<>(4);
    while (json.nextToken() != JsonToken.END_ARRAY) {
      expect(json.currentToken(), JsonToken.VALUE_NUMBER_INT, what);
      long number = json.getLongValue();
      if (number < 0 || numbers.size() == most) {
        throw new CheckpointException(
            what + ": expected at most " + most + " numbers of 0 or more, found " + number);
      }
      numbers.add(number);
    }
    return List.copyOf(numbers);
  }

  /** The format requires that the tensors cover the data part: no overlap, no hole, no rest. */
  private void checkCoverage(long dataSize) throws CheckpointException {
    List<Map.Entry<String, SafetensorsSlot>> sorted = new ArrayList<>(slots.entrySet());
    sorted.sort(
        Comparator.comparingLong((Map.Entry<String, SafetensorsSlot> e) -> e.getValue().begin())
            .thenComparingLong(e -> e.getValue().end()));
    long covered = 0;
    for (Map.Entry<String, SafetensorsSlot> entry : sorted) {
      if (entry.getValue().begin() != covered) {
        throw new CheckpointException(
            CheckpointException.quote(entry.getKey())
                + ": expected data_offsets to begin at "
                + covered
                + " (no overlap, no hole), found "
                + entry.getValue().begin());
      }
      covered = entry.getValue().end();
    }
    if (covered != dataSize) {
      throw new CheckpointException(
          "expected " + covered + " bytes of data after the header, found " + dataSize);
    }
  }

  private String count(String value) throws CheckpointException {
    text += value.length();
    if (text > Limits.TEXT) {
      throw new CheckpointException(
          "expected at most " + Limits.TEXT + " characters of names and metadata, found more");
    }
    return value;
  }

  private static void expect(JsonToken found, JsonToken expected, String what)
      throws CheckpointException {
    if (found != expected) {
      throw new CheckpointException(what + ": expected " + expected + ", found " + found);
    }
  }
}
