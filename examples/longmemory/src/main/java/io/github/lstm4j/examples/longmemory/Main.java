package io.github.lstm4j.examples.longmemory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Makes the study: a page, two pictures and the numbers. */
public final class Main {
  private Main() {}

  /**
   * Makes the study.
   *
   * @param args the folder to write to, and {@code --smoke} to see in seconds whether it runs
   */
  public static void main(String[] args) throws Exception {
    List<String> words = new ArrayList<>(List.of(args));
    Settings settings = words.remove("--smoke") ? Settings.smoke() : Settings.full();
    if (words.size() != 1 || words.get(0).startsWith("-")) {
      System.err.println("longmemory: expected FOLDER [--smoke], got " + List.of(args));
      System.exit(2);
    }
    try {
      Path folder = Files.createDirectories(Path.of(words.get(0))); // not after work of minutes
      Report report = new Study(settings, System.out).run();
      report.write(folder);
      System.out.printf(
          Locale.ROOT,
          "%.0f s in all; see %s%n",
          report.seconds(),
          folder.resolve("long-memory.md"));
    } catch (IOException e) {
      System.err.println("longmemory: " + e);
      System.exit(1);
    }
  }
}
