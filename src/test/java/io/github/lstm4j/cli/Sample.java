package io.github.lstm4j.cli;

import io.github.lstm4j.Backend;
import io.github.lstm4j.Lstm;
import io.github.lstm4j.LstmConfig;
import io.github.lstm4j.LstmOptions;
import io.github.lstm4j.LstmParameters;
import io.github.lstm4j.Tensor;
import io.github.lstm4j.cli.common.Text;
import io.github.lstm4j.io.LstmFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/** Small models and inputs, and the files that hold them. */
final class Sample {
  private Sample() {}

  static Path model(Path dir, LstmConfig config) throws IOException {
    Path file = dir.resolve("model.safetensors");
    LstmFiles.save(file, LstmParameters.initialize(config, 1));
    return file;
  }

  /** The same model in this JVM. */
  static Lstm lstm(LstmConfig config) {
    return Lstm.create(LstmParameters.initialize(config, 1), LstmOptions.of(Backend.JAVA));
  }

  static Tensor random(int... shape) {
    Tensor tensor = Tensor.allocate(shape);
    SplittableRandom random = new SplittableRandom(shape.length);
    for (int k = 0; k < tensor.size(); k++) {
      tensor.data().put(k, (float) random.nextDouble(-2, 2));
    }
    return tensor;
  }

  /** Writes a safetensors file with a float32 input and int64 lengths. */
  static Path withLengths(Path file, Tensor input, long... lengths) throws IOException {
    String header =
        "{\"input\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[0,%d]},"
                .formatted(Text.shape(input.shape()), 4 * input.size())
            + "\"lengths\":{\"dtype\":\"I64\",\"shape\":[%d],\"data_offsets\":[%d,%d]}}"
                .formatted(lengths.length, 4 * input.size(), 4 * input.size() + 8 * lengths.length);
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + json.length + 4 * input.size() + 8 * lengths.length)
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(json.length).put(json);
    for (float value : input.toArray()) {
      bytes.putFloat(value);
    }
    for (long length : lengths) {
      bytes.putLong(length);
    }
    return Files.write(file, bytes.array());
  }
}
