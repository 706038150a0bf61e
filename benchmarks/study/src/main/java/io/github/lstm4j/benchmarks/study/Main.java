package io.github.lstm4j.benchmarks.study;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The study's commands; {@code run.sh} builds and calls them. */
@Command(
    name = "study",
    subcommands = {MeasureCommand.class, CheckCommand.class, ReportCommand.class},
    mixinStandardHelpOptions = true)
public final class Main {
  private Main() {}

  /** Runs a command and exits with its code. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).execute(args));
  }
}
