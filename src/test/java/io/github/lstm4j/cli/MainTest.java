package io.github.lstm4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lstm4j.cli.common.Streams;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

class MainTest {
  /** A full disk, for example: PrintStream keeps quiet about it. */
  @ParameterizedTest
  @ValueSource(strings = {"--help", "doctor", "info --help"})
  void lostOutputIsAFailure(String command) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream full =
        new PrintStream(
            new OutputStream() {
              @Override
              public void write(int b) throws IOException {
                throw new IOException("No space left on device");
              }
            });
    Streams streams =
        new Streams(InputStream.nullInputStream(), full, new PrintStream(err, true), false);
    assertEquals(1, Main.execute(streams, command.split(" ")));
    assertTrue(err.toString().contains("standard output took only a part"), err.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "train",
        "train forecast",
        "train classify",
        "train tag",
        "predict",
        "run",
        "info",
        "init",
        "convert",
        "demo",
        "doctor"
      })
  void everyCommandHasHelpWithExitCodes(String command) {
    Cli.Result help = Cli.run((Object[]) (command + " --help").split(" ")).succeeded();
    assertTrue(help.out().contains("Usage: lstm4j " + command), help.out());
    assertTrue(help.out().contains("--verbose"), help.out());
    assertTrue(help.out().contains("Exit codes:") && help.out().contains("  3 "), help.out());
  }

  @Test
  void everyOptionIsDescribed() {
    everyOptionIsDescribed(Main.commandLine(Streams.ofProcess()));
  }

  private static void everyOptionIsDescribed(CommandLine parent) {
    parent
        .getSubcommands()
        .forEach(
            (name, command) -> {
              assertTrue(command.getCommandSpec().usageMessage().description().length > 0, name);
              for (OptionSpec option : command.getCommandSpec().options()) {
                assertTrue(option.description().length > 0, name + " " + option.longestName());
              }
              for (PositionalParamSpec parameter :
                  command.getCommandSpec().positionalParameters()) {
                assertTrue(parameter.description().length > 0, name + parameter.paramLabel());
              }
              everyOptionIsDescribed(command);
            });
  }

  @Test
  void helpAndVersion() {
    assertTrue(Cli.run("--help").succeeded().out().contains("doctor"));
    assertTrue(Cli.run("--version").succeeded().out().matches("lstm4j \\d.*\\R"));
    assertTrue(Cli.run("run", "--version").succeeded().out().startsWith("lstm4j "));
  }

  @Test
  void noCommandIsWrongUsage() {
    Cli.Result result = Cli.run();
    assertEquals(2, result.code());
    assertTrue(result.err().contains("Usage: lstm4j"), result.err());
    assertTrue(Cli.run("sing").failed(2).contains("sing"));
    assertTrue(Cli.run("doctor", "--colour").failed(2).contains("--colour"));
  }

  @Test
  void aStackTraceOnlyWithVerbose() {
    assertTrue(Cli.run("info", "/no/such/file").failed(1).contains("/no/such/file"));
    for (Object[] args :
        new Object[][] {{"--verbose", "info", "/no/such"}, {"info", "/no/such", "--verbose"}}) {
      Cli.Result result = Cli.run(args);
      assertEquals(1, result.code());
      assertTrue(result.err().contains("\tat "), result.err());
    }
  }
}
