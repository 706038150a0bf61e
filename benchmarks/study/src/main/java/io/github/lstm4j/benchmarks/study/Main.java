package io.github.lstm4j.benchmarks.study;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParseResult;

/** The study's commands; {@code run.sh} builds and calls them. */
@Command(
    name = "study",
    subcommands = {MeasureCommand.class, CheckCommand.class, ReportCommand.class},
    mixinStandardHelpOptions = true)
public final class Main {
  private Main() {}

  /** Runs a command and exits with its code. */
  public static void main(String[] args) {
    CommandLine study = new CommandLine(new Main());
    study.setExecutionExceptionHandler(Main::failed);
    System.exit(study.execute(args));
  }

  /** What was asked for wrongly is told in a line; everything else is a defect of ours. */
  private static int failed(Exception e, CommandLine command, ParseResult parsed) throws Exception {
    if (!(e instanceof IllegalArgumentException)) {
      throw e;
    }
    System.err.println("study: " + e.getMessage());
    return CommandLine.ExitCode.USAGE;
  }
}
