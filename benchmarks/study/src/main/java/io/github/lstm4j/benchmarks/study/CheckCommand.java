package io.github.lstm4j.benchmarks.study;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Verifies the answers of every engine. */
@Command(name = "check", description = "Verify the answers of every engine at small shapes.")
final class CheckCommand implements Callable<Integer> {
  @Mixin private Selection selection;

  @Parameters(index = "0", description = "INFERENCE or TRAINING")
  private Suite suite;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Fork fork = new Fork(selection.benchmarks(), selection.work(), selection.threads());
    List<String> wrong = new Checks(selection, fork).run(suite, selection.shapes(suite.checks()));
    System.out.println(wrong.isEmpty() ? "All answers are right." : "Not right: " + wrong);
    return wrong.isEmpty() ? 0 : 1;
  }
}
