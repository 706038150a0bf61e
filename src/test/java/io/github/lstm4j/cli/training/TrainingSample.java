package io.github.lstm4j.cli.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Small data of which a small network learns something in a few epochs. */
public final class TrainingSample {
  /** The names of what a training writes, in order. */
  public static final List<String> FILES =
      List.of(
          "checkpoint.safetensors", "log.csv", "model.safetensors", "plot.png", "predictions.csv");

  private TrainingSample() {}

  /**
   * A wave of 12 rows and one a quarter later: columns {@code time}, {@code sine}, {@code cosine}.
   */
  static Path series(Path file) throws IOException {
    StringBuilder csv = new StringBuilder("time,sine,cosine\n");
    for (int t = 0; t < 120; t++) {
      double phase = 2 * Math.PI * t / 12;
      csv.append(
          String.format(
              Locale.ROOT, "t%d,%.4f,%.4f\n", t, 5 + Math.sin(phase), 9 + 2 * Math.cos(phase)));
    }
    return Files.writeString(file, csv);
  }

  /** Texts whose label is the kind of their last character. */
  static Path texts(Path file) throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    StringBuilder tsv = new StringBuilder();
    for (int k = 0; k < 120; k++) {
      String text = word(random, 1 + random.nextInt(6));
      boolean vowel = "aeiou".indexOf(text.charAt(text.length() - 1)) >= 0;
      tsv.append(vowel ? "vowel" : "consonant").append('\t').append(text).append('\n');
    }
    return Files.writeString(file, tsv);
  }

  /** Characters cut into words: a capital letter begins one. */
  static Path sequences(Path file) throws IOException {
    SplittableRandom random = new SplittableRandom(2);
    StringBuilder tsv = new StringBuilder();
    for (int k = 0; k < 80; k++) {
      for (int words = 1 + random.nextInt(4); words > 0; words--) {
        String word = word(random, 1 + random.nextInt(4));
        int last = word.length() - 1;
        for (int c = 0; c <= last; c++) {
          char letter = c == 0 ? Character.toUpperCase(word.charAt(0)) : word.charAt(c);
          String label = last == 0 ? "S" : c == 0 ? "B" : c == last ? "E" : "M";
          tsv.append(letter).append('\t').append(label).append('\n');
        }
      }
      tsv.append('\n');
    }
    return Files.writeString(file, tsv);
  }

  private static String word(SplittableRandom random, int length) {
    StringBuilder word = new StringBuilder();
    for (int k = 0; k < length; k++) {
      word.append("abcdeioux".charAt(random.nextInt(9)));
    }
    return word.toString();
  }

  /** The data of a kind of training. */
  public static Path data(Path dir, String kind) throws IOException {
    return switch (kind) {
      case "forecast" -> series(dir.resolve("waves.csv"));
      case "classify" -> texts(dir.resolve("texts.tsv"));
      default -> sequences(dir.resolve("sequences.tsv"));
    };
  }

  /** The command that trains a small network on the data of a kind; later options win. */
  public static Object[] train(Path dir, String kind, Path out, Object... more) throws IOException {
    Map<String, Object> options = new LinkedHashMap<>();
    options.put("train", "train");
    options.put("kind", kind);
    options.put("data", data(dir, kind));
    options.put("out", "--output=" + out);
    String[] usual = {
      "--backend=java", "--hidden-size=8", "--batch-size=8", "--epochs=3", "--learning-rate=0.02"
    };
    for (Object option : usual) {
      options.put(option.toString().split("=")[0], option);
    }
    for (Object option : more) {
      options.put(option.toString().split("=")[0], option);
    }
    return options.values().toArray();
  }

  @Command
  private static final class OptionsAlone {
    @Mixin TrainOptions options;
  }

  /** What a training's options say, as on the command line. */
  static TrainOptions options(String... args) {
    OptionsAlone command = new OptionsAlone();
    new CommandLine(command).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(args);
    return command.options;
  }
}
