package io.github.lstm4j.cli.training;

import io.github.lstm4j.io.Safetensors;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What a run depends on: the options and the data. A run is resumed with the same, apart from
 * options that say how long to train, where to compute and where to write.
 */
public final class RunSettings {
  /** Of all that a checkpoint's metadata holds of a run. */
  static final String PREFIX = "lstm4j.run.";

  private static final Set<String> FREE =
      Set.of("--epochs", "--patience", "--backend", "--cpu-variant", "--threads");
  private static final Set<String> ABOUT_THE_CALL =
      Set.of("--output", "--resume", "--help", "--version", "--verbose");

  /** The first of the settings. */
  private static final String COMMAND = "command";

  private final Map<String, String> settings = new LinkedHashMap<>();

  /**
   * Notes the options of a command and the content of its data.
   *
   * @param fixedEpochs whether the number of epochs matters, as to a schedule that ends with them
   */
  public static RunSettings of(CommandSpec command, Path data, boolean fixedEpochs)
      throws IOException {
    RunSettings settings = new RunSettings();
    settings.settings.put(COMMAND, command.qualifiedName());
    for (OptionSpec option : command.options()) {
      String name = option.longestName();
      boolean free = FREE.contains(name) && !(fixedEpochs && name.equals("--epochs"));
      if (!free && !ABOUT_THE_CALL.contains(name)) {
        settings.settings.put(name, Objects.toString(option.getValue()));
      }
    }
    settings.settings.put("data (SHA-256)", digest(data));
    return settings;
  }

  Map<String, String> toMetadata() {
    Map<String, String> metadata = new LinkedHashMap<>();
    settings.forEach((name, value) -> metadata.put(PREFIX + name, value));
    return metadata;
  }

  /** Refuses a checkpoint that was made with other settings, and names them. */
  void requireSame(Path checkpoint) throws IOException {
    List<String> differences = new ArrayList<>();
    try (Safetensors file = Safetensors.open(checkpoint)) {
      if (!file.metadata().containsKey(PREFIX + COMMAND)) {
        throw new IOException(checkpoint + ": is not the checkpoint of a train command");
      }
      for (Map.Entry<String, String> mine : settings.entrySet()) {
        String theirs = file.metadata().get(PREFIX + mine.getKey());
        if (!mine.getValue().equals(theirs)) {
          String before = theirs == null ? "not fixed" : theirs;
          differences.add(mine.getKey() + " was " + before + ", now it is " + mine.getValue());
          if (mine.getKey().equals(COMMAND)) {
            break; // the other settings are another command's
          }
        }
      }
    }
    if (!differences.isEmpty()) {
      throw new IOException(
          checkpoint
              + ": was made with other settings: "
              + String.join("; ", differences)
              + " (--output names another folder)");
    }
  }

  private static String digest(Path data) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      try (InputStream in = new DigestInputStream(Files.newInputStream(data), digest)) {
        in.transferTo(OutputStream.nullOutputStream());
      }
      return String.format("%064x", new BigInteger(1, digest.digest()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e); // every Java has
    }
  }
}
