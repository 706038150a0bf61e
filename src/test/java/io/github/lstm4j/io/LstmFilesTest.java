package io.github.lstm4j.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lstm4j.LstmConfig;
import io.github.lstm4j.LstmParameters;
import io.github.lstm4j.Tensor;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LstmFilesTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "zip",
        "legacy",
        "protocol4",
        "legacy_protocol4",
        "f64",
        "f64_legacy",
        "f16",
        "f16_legacy",
        "bf16",
        "bf16_legacy",
        "nested",
        "nested_legacy",
        "prefix",
        "data_parallel",
        "cell",
        "parameters",
        "parameters_legacy",
        "frozen",
        "strided",
        "strided_legacy",
        "shared",
        "shared_legacy",
        "tied",
        "complex"
      })
  void readsWhatPyTorchWrote(String name) throws IOException {
    LstmParameters parameters = LstmFiles.load(Samples.file(name + ".pt"));
    assertEquals(LstmConfig.of(2, 3), parameters.config());
    assertSame(Samples.file(name + ".safetensors"), parameters);
  }

  @Test
  void infersLayersDirectionsAndProjection() throws IOException {
    LstmParameters parameters = LstmFiles.load(Samples.file("deep.pt"));
    assertEquals(
        LstmConfig.of(2, 5).withNumLayers(2).withBidirectional(true).withProjSize(3),
        parameters.config());
    assertSame(Samples.file("deep.safetensors"), parameters);
  }

  /** As a training replaces its model while somebody loads it. */
  @ParameterizedTest
  @ValueSource(strings = {"zip.pt", "legacy.pt", "zip.safetensors"})
  void anOpenFileIsReadToItsEndEvenIfItIsReplaced(String name) throws IOException {
    Path file = Files.copy(Samples.file(name), folder.resolve(name));
    Path other = folder.resolve("other");
    LstmFiles.save(other, LstmParameters.initialize(LstmConfig.of(1, 1), 2));
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
      assertSame(
          Samples.file("zip.safetensors"), LstmFiles.load(checkpoint, LoadOptions.defaults()));
    }
  }

  @Test
  void infersThatThereIsNoBias() throws IOException {
    LstmParameters parameters = LstmFiles.load(Samples.file("no_bias.pt"));
    assertEquals(LstmConfig.of(2, 3).withNumLayers(2).withBias(false), parameters.config());
    assertSame(Samples.file("no_bias.safetensors"), parameters);
  }

  @Test
  void asksForAPrefixWhenThereAreSeveral() throws IOException {
    Path file = Samples.file("several.pt");
    assertRefused(file, "prefix", "LSTM 'a.'", "LSTM 'b.'", "GRU 'c.'");
    LstmParameters b = LstmFiles.load(file, LoadOptions.defaults().withPrefix("b"));
    assertEquals(LstmConfig.of(2, 4), b.config());
    assertSame(Samples.file("several.safetensors"), b);
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      assertEquals(List.of("a.", "b."), LstmFiles.prefixes(checkpoint));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"state_dict.encoder.lstm.", "state_dict.encoder.lstm", "encoder.lstm", "lstm."})
  void takesAPrefixOrItsEnding(String prefix) throws IOException {
    LoadOptions options = LoadOptions.defaults().withPrefix(prefix);
    assertSame(
        Samples.file("nested.safetensors"), LstmFiles.load(Samples.file("nested.pt"), options));
  }

  @Test
  void refusesAPrefixThatIsNotThere() {
    CheckpointException e =
        assertThrows(
            CheckpointException.class,
            () ->
                LstmFiles.load(Samples.file("several.pt"), LoadOptions.defaults().withPrefix("d")));
    assertTrue(e.getMessage().contains("'d'") && e.getMessage().contains("'a.'"), e.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gru.pt|4 rows|GRU|[9, 2]",
        "rnn.pt|4 rows|RNN|[3, 2]",
        "linear.pt|weight_ih_l0|'weight'",
        "empty.pt|weight_ih_l0|no tensors",
        "tensor.pt|weight_ih_l0|'tensor'",
        "missing.pt|LSTM(2, 3)|no bias_hh_l0|[12]",
        "integers.pt|F32|I8",
        "expanded.pt|12|does not fit",
        "module.pt|torch.nn.modules.rnn.LSTM|model.state_dict()",
        "module_legacy.pt|__main__.Plain|model.state_dict()",
        "torchscript.pt|TorchScript|model.state_dict()",
        "quantised_tensor.pt|quantised|_rebuild_qtensor",
        "quantised_module.pt|model.state_dict()",
        "quantised_state.pt|quantised",
        "quantised_linear.pt|quantised",
        "f4.npy|safetensors|npy",
        "archive.npz|data.pkl|1 other",
      })
  void refusesInWords(String row) {
    String[] parts = row.split("\\|");
    assertRefused(Samples.file(parts[0]), Arrays.copyOfRange(parts, 1, parts.length));
  }

  @Test
  void savesAndLoadsEverythingThatTheConfigurationSays() throws IOException {
    LstmConfig config = new LstmConfig(3, 5, 2, true, true, 0.25, true, 2);
    LstmParameters saved = LstmParameters.initialize(config, 1);
    Path file = folder.resolve("model.safetensors");
    LstmFiles.save(file, saved);
    LstmParameters loaded = LstmFiles.load(file);
    assertEquals(config, loaded.config());
    assertSame(file, saved);
    LoadOptions other = LoadOptions.defaults().withBatchFirst(false).withDropout(0);
    assertEquals(config.withBatchFirst(false).withDropout(0), LstmFiles.load(file, other).config());
  }

  @Test
  void tellsTheConfigurationOfAnOpenFile() throws IOException {
    LstmConfig config = new LstmConfig(3, 5, 2, true, true, 0.25, true, 2);
    Path file = folder.resolve("model.safetensors");
    LstmFiles.save(file, LstmParameters.initialize(config, 1));
    Checkpoint checkpoint = Checkpoint.open(file);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(8); // nothing more is read
    }
    assertEquals(config, LstmFiles.config(checkpoint, LoadOptions.defaults()));
    assertEquals(
        config.withBatchFirst(false).withDropout(0),
        LstmFiles.config(checkpoint, LoadOptions.defaults().withBatchFirst(false).withDropout(0)));
    assertThrows(
        IllegalArgumentException.class,
        () -> LstmFiles.config(checkpoint, LoadOptions.defaults().withDropout(2)));
    checkpoint.close();
    assertThrows(
        IllegalStateException.class, () -> LstmFiles.config(checkpoint, LoadOptions.defaults()));
  }

  @Test
  void tellsWhyAnOpenFileHasNoConfiguration() throws IOException {
    Path file = Samples.file("several.pt");
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      assertEquals(
          LstmConfig.of(2, 4),
          LstmFiles.config(checkpoint, LoadOptions.defaults().withPrefix("b")));
      CheckpointException e =
          assertThrows(
              CheckpointException.class,
              () -> LstmFiles.config(checkpoint, LoadOptions.defaults()));
      assertTrue(e.getMessage().startsWith(file + ": expected one LSTM"), e.getMessage());
    }
  }

  @Test
  void aHighLayerCostsNoMoreThanTheTensorsThereAre() throws IOException {
    Tensor weight = Tensor.allocate(4, 1);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (int k = 0; k < 30_000; k++) {
      for (String name : List.of(".weight_ih_l0", ".weight_hh_l0", ".weight_ih_l9999")) {
        tensors.put(k + name, weight);
      }
    }
    Path file = folder.resolve("high.safetensors");
    Safetensors.write(file, tensors, Map.of());
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      List<String> prefixes = LstmFiles.prefixes(checkpoint);
      assertEquals(30_000, prefixes.size());
      assertTimeoutPreemptively(
          Duration.ofSeconds(60),
          () -> {
            for (String prefix : prefixes) {
              LoadOptions options = LoadOptions.defaults().withPrefix(prefix);
              assertThrows(CheckpointException.class, () -> LstmFiles.config(checkpoint, options));
            }
          });
    }
  }

  @Test
  void refusesOptionsOutOfRange() {
    assertThrows(
        IllegalArgumentException.class,
        () -> LstmFiles.load(Samples.file("zip.pt"), LoadOptions.defaults().withDropout(1.5)));
  }

  @Test
  void refusesMetadataOutOfRange() throws IOException {
    Path file = folder.resolve("bad.safetensors");
    Map<String, Tensor> tensors = LstmParameters.initialize(LstmConfig.of(2, 3), 1).tensors();
    Safetensors.write(file, tensors, Map.of("lstm4j.dropout", "2"));
    assertRefused(file, "lstm4j.dropout", "2");
    Safetensors.write(file, tensors, Map.of("lstm4j.batch_first", "yes"));
    assertRefused(file, "lstm4j.batch_first", "yes");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "weight_ih_l1;12,3;no weight_hh_l1",
        "weight_ih_l7;12,3;no weight_ih_l1",
        "weight_ih_l0_reverse;12,2;no weight_hh_l0_reverse",
        "weight_hr_l0;2,3;weight_hh_l0 [12, 3] (expected [12, 2])",
        "weight_ih_l999999;12,3;no weight_ih_l1",
        "bias_ih_l0;11;bias_ih_l0 [11] (expected [12])",
        "bias_ih_l0;12,1;bias_ih_l0 [12, 1] (expected [12])",
        "weight_hh_l0;12,4;4 rows",
        "weight_hh_l0;12;matrix weight_hh_l0",
        "weight_ih_l0;12,0;inputSize",
        "weight_ih_l00;1;unexpected 'weight_ih_l00'",
        "extra;1;unexpected 'extra'",
        "weight_ih;20,3;unexpected 'weight_ih'",
      })
  void refusesParametersThatDoNotFit(String name, String dims, String expected) throws IOException {
    Map<String, Tensor> tensors =
        new LinkedHashMap<>(LstmParameters.initialize(LstmConfig.of(2, 3), 1).tensors());
    String[] parts = dims.split(",");
    int[] shape = new int[parts.length];
    for (int k = 0; k < shape.length; k++) {
      shape[k] = Integer.parseInt(parts[k]);
    }
    tensors.put(name, Tensor.allocate(shape));
    Path file = folder.resolve("bad.safetensors");
    Safetensors.write(file, tensors, Map.of());
    assertRefused(file, expected);
  }

  @Test
  void aMissingFileIsNotACheckpointProblem() {
    IOException e =
        assertThrows(IOException.class, () -> LstmFiles.load(folder.resolve("none.pt")));
    assertTrue(!(e instanceof CheckpointException), e.toString());
  }

  @Test
  void refusesUnknownContentByItsFirstBytes() throws IOException {
    Path file = folder.resolve("model.pt");
    Files.write(file, new byte[0]);
    assertRefused(file, "empty file");
    Files.writeString(file, "hello, this is no model");
    assertRefused(file, "hello, t");
    byte[] tar = new byte[512];
    System.arraycopy("ustar".getBytes(StandardCharsets.US_ASCII), 0, tar, 257, 5);
    Files.write(file, tar);
    assertRefused(file, "tar archive");
  }

  private static void assertRefused(Path file, String... words) {
    CheckpointException e = assertThrows(CheckpointException.class, () -> LstmFiles.load(file));
    assertTrue(e.getMessage().startsWith(file.toString()), e.getMessage());
    String problem = e.getMessage().substring(file.toString().length());
    for (String word : words) {
      assertTrue(problem.contains(word), word + " in: " + e.getMessage());
    }
  }

  private static void assertSame(Path truth, LstmParameters parameters) throws IOException {
    try (Safetensors expected = Safetensors.open(truth)) {
      assertEquals(expected.entries().size(), parameters.tensors().size());
      for (Map.Entry<String, Tensor> entry : parameters.tensors().entrySet()) {
        Tensor tensor = expected.tensor(entry.getKey());
        assertArrayEquals(tensor.shape(), entry.getValue().shape(), entry.getKey());
        assertArrayEquals(tensor.toArray(), entry.getValue().toArray(), entry.getKey());
      }
    }
  }
}
