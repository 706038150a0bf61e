package io.github.lstm4j.cli;

import io.github.lstm4j.cli.common.Text;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Turns whatever goes wrong into one line on standard error and an exit code. */
final class Failures implements IParameterExceptionHandler, IExecutionExceptionHandler {
  private final Main main;

  Failures(Main main) {
    this.main = main;
  }

  @Override
  public int handleParseException(ParameterException e, String[] args) {
    String command = e.getCommandLine().getCommandSpec().qualifiedName();
    return report(e.getMessage() + " (" + command + " --help tells more)", e, ExitCode.USAGE);
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
    return report(explain(e), e, ExitCode.SOFTWARE);
  }

  /** Runs the command; picocli's handlers see exceptions, but not errors. */
  int runAndCatchErrors(ParseResult parsed) {
    try {
      return new CommandLine.RunLast().execute(parsed);
    } catch (OutOfMemoryError e) {
      String message =
          "not enough memory ("
              + e.getMessage()
              + "); LSTM4J_JAVA_OPTS=-Xmx..g sets how much the JVM may take";
      return report(message, e, ExitCode.SOFTWARE);
    } catch (Error e) { // nobody above would say it in a line
      return report(internal(e), e, ExitCode.SOFTWARE);
    }
  }

  private int report(String message, Throwable e, int code) {
    main.streams.err().println("lstm4j: " + Text.oneLine(message));
    if (main.verbose) {
      e.printStackTrace(main.streams.err());
    }
    return code;
  }

  private static String explain(Exception e) {
    if (e instanceof NoSuchFileException file) {
      return "no such file or folder: " + file.getFile();
    }
    if (e instanceof AccessDeniedException file) {
      return "permission denied: " + file.getFile();
    }
    if (e instanceof FileSystemException file) {
      String reason = file.getReason() == null ? e.getClass().getSimpleName() : file.getReason();
      return reason + ": " + file.getFile();
    }
    // What the library says about its arguments and its backends is written for the user.
    boolean meant =
        e instanceof IOException
            || e instanceof IllegalArgumentException
            || e instanceof IllegalStateException;
    return meant && e.getMessage() != null ? e.getMessage() : internal(e);
  }

  private static String internal(Throwable e) {
    return "internal error: " + e + "; --verbose shows where";
  }
}
