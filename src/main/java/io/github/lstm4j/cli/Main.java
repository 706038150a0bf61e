package io.github.lstm4j.cli;

import io.github.lstm4j.cli.common.Streams;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The program {@code lstm4j}. */
@Command(
    name = "lstm4j",
    description =
        "PyTorch's nn.LSTM on the JVM: runs models that PyTorch saved, and trains new ones.",
    subcommands = {
      TrainCommand.class,
      PredictCommand.class,
      RunCommand.class,
      InfoCommand.class,
      InitCommand.class,
      ConvertCommand.class,
      DemoCommand.class,
      DoctorCommand.class
    },
    scope = ScopeType.INHERIT,
    mixinStandardHelpOptions = true,
    versionProvider = BuildFacts.class,
    sortOptions = false,
    usageHelpWidth = 100,
    abbreviateSynopsis = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:the work failed: a file, a shape or a backend is not what it should be",
      "2:wrong usage: an option is missing, unknown or contradicts another",
      "3:demo and doctor: the numbers differ from the stored ones",
      "130, 143:train was told to stop, and saved a checkpoint unless it still read the data"
    })
public final class Main implements Callable<Integer> {
  /** The exit code that says that numbers differ. */
  static final int DISAGREE = 3;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Print a stack trace when something fails.")
  boolean verbose;

  @Spec CommandSpec spec;

  final Streams streams;

  private Main(Streams streams) {
    this.streams = streams;
  }

  /**
   * Runs one command and ends the process with its exit code.
   *
   * @param args the command line
   */
  public static void main(String[] args) {
    System.exit(execute(Streams.ofProcess(), args));
  }

  /** Runs one command; returns its exit code. */
  static int execute(Streams streams, String... args) {
    int code = commandLine(streams).execute(args);
    if (streams.out().checkError() && code == CommandLine.ExitCode.OK) {
      streams
          .err()
          .println("lstm4j: standard output took only a part: it was closed, or its disk is full");
      code = CommandLine.ExitCode.SOFTWARE;
    }
    streams.err().flush();
    return code;
  }

  static CommandLine commandLine(Streams streams) {
    Main main = new Main(streams);
    Failures failures = new Failures(main);
    return new CommandLine(main)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOut(new PrintWriter(streams.out(), true))
        .setErr(new PrintWriter(streams.err(), true))
        .setParameterExceptionHandler(failures)
        .setExecutionExceptionHandler(failures)
        .setExecutionStrategy(failures::runAndCatchErrors);
  }

  /** Without a command there is nothing to do but to say which there are. */
  @Override
  public Integer call() {
    spec.commandLine().usage(streams.err());
    return CommandLine.ExitCode.USAGE;
  }
}
