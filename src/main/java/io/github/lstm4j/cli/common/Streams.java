package io.github.lstm4j.cli.common;

import java.io.InputStream;
import java.io.PrintStream;

/**
 * The standard streams of one run of the program. Results go to {@code out}, everything about the
 * run to {@code err}.
 *
 * @param terminal whether a person looks at {@code err}, so that a progress bar makes sense
 */
public record Streams(InputStream in, PrintStream out, PrintStream err, boolean terminal) {

  /** The streams of this process; the launcher says whether standard error is a terminal. */
  public static Streams ofProcess() {
    return new Streams(System.in, System.out, System.err, Boolean.getBoolean("lstm4j.terminal"));
  }

  /** Prints one line about the run: what, then the facts. */
  public void say(String what, String facts) {
    print(err, what, facts);
  }

  /** Prints one line of the result: what, then the facts. */
  public void answer(String what, String facts) {
    print(out, what, facts);
  }

  private static void print(PrintStream to, String what, String facts) {
    to.printf("%-9s%s%n", what, Text.oneLine(facts));
  }
}
