package io.github.lstm4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lstm4j.cli.common.Streams;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Runs the program in this JVM, with streams of its own. */
public final class Cli {
  private Cli() {}

  /** What a run left behind. */
  public record Result(int code, byte[] bytes, String err) {
    String out() {
      return new String(bytes, StandardCharsets.UTF_8);
    }

    public Result succeeded() {
      assertEquals(0, code, err);
      return this;
    }

    /** Exit code 1 or 2, nothing on standard output, and one line that says why. */
    public String failed(int expected) {
      assertEquals(expected, code, err);
      assertEquals("", out());
      String last = err.lines().reduce((a, b) -> b).orElse("");
      assertTrue(last.startsWith("lstm4j: "), err);
      assertTrue(!err.contains("\tat "), err);
      return last.substring("lstm4j: ".length());
    }
  }

  public static Result run(Object... args) {
    return runOn(new byte[0], args);
  }

  static Result runOn(byte[] in, Object... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Streams streams =
        new Streams(
            new ByteArrayInputStream(in),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false);
    String[] words = new String[args.length];
    for (int k = 0; k < words.length; k++) {
      words[k] = args[k].toString();
    }
    int code = Main.execute(streams, words);
    return new Result(code, out.toByteArray(), err.toString(StandardCharsets.UTF_8));
  }

  /** What a process starts with whose parent ignores Ctrl-C, as in the background. */
  private static final String LISTENING = "env --default-signal=INT";

  /** Whether {@link #startAtTerminal} can. */
  public static boolean hasTerminal() throws IOException, InterruptedException {
    return Files.isExecutable(Path.of("/usr/bin/script"))
        && new ProcessBuilder("sh", "-c", LISTENING + " true").start().waitFor() == 0;
  }

  /** Starts the program at a terminal that {@code script} makes; what is written to it is typed. */
  public static Process startAtTerminal(Path said, Object... args) throws IOException {
    List<String> words = command(List.of("-Dlstm4j.terminal=true"), args);
    String line = LISTENING + " '" + String.join("' '", words) + "'";
    ProcessBuilder builder = new ProcessBuilder("/usr/bin/script", "-qec", line, "/dev/null");
    builder.environment().put("TERM", "xterm");
    builder.environment().put("SHELL", "/bin/sh");
    return builder.redirectErrorStream(true).redirectOutput(said.toFile()).start();
  }

  /** Starts the program in a JVM of its own, both streams into one file. */
  public static Process start(Path said, List<String> jvmOptions, Object... args)
      throws IOException {
    return new ProcessBuilder(command(jvmOptions, args))
        .redirectErrorStream(true)
        .redirectOutput(said.toFile())
        .start();
  }

  private static List<String> command(List<String> jvmOptions, Object... args) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmOptions);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    Arrays.stream(args).map(Object::toString).forEach(command::add);
    return command;
  }
}
