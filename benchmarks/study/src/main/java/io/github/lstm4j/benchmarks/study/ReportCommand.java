package io.github.lstm4j.benchmarks.study;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Writes the report of results that are already there. */
@Command(name = "report", description = "Write table and page for result files again.")
final class ReportCommand implements Callable<Integer> {
  @Parameters(arity = "1..*", description = "JSON files under results")
  private List<Path> files;

  @Override
  public Integer call() {
    files.forEach(file -> new Report(StudyResult.read(file)).write(file));
    return 0;
  }
}
