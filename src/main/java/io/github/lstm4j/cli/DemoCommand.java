package io.github.lstm4j.cli;

import io.github.lstm4j.Lstm;
import io.github.lstm4j.LstmOutput;
import io.github.lstm4j.LstmParameters;
import io.github.lstm4j.LstmState;
import io.github.lstm4j.Tensor;
import io.github.lstm4j.cli.common.Text;
import io.github.lstm4j.io.LstmFiles;
import io.github.lstm4j.io.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "demo",
    description =
        "Runs a small model that PyTorch trained on the airline passengers, and compares every number"
            + " with PyTorch's own answers.")
final class DemoCommand implements Callable<Integer> {
  private static final double SECOND = 1e9;

  @ParentCommand Main main;
  @Mixin ForwardOptions backend;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "Where the demo's files are. Default: examples/demo in the clone.")
  Path dir;

  @Override
  public Integer call() throws IOException {
    Path folder = dir == null ? home() : dir;
    LstmParameters parameters = LstmFiles.load(folder.resolve("airline.pt"));
    Tensor input = SequenceInput.read(folder.resolve("input.safetensors")).input();
    main.streams.answer(
        "model", parameters + ", trained by PyTorch, from " + folder.resolve("airline.pt"));
    try (Lstm lstm = Lstm.create(parameters, backend.toLstmOptions())) {
      main.streams.answer("backend", lstm.report().toString());
      main.streams.answer(
          "input", Text.shape(input.shape()) + ", 144 months of airline passengers");
      List<Comparison> comparisons = compare(lstm.forward(input), folder);
      boolean agree = comparisons.stream().allMatch(Comparison::agrees);
      table(comparisons);
      main.streams.answer(
          "result",
          agree
              ? "the numbers agree with PyTorch's"
              : "the numbers do NOT agree with PyTorch's: please report it with ./lstm4j doctor");
      main.streams.answer("speed", speed(lstm, input, backend.threads));
      return agree ? 0 : Main.DISAGREE;
    }
  }

  private static Path home() throws IOException {
    Path folder = BuildFacts.home().orElse(Path.of("")).resolve("examples/demo");
    if (!Files.isDirectory(folder)) {
      throw new IOException(
          folder.toAbsolutePath() + ": expected the demo's files; --dir says where they are");
    }
    return folder;
  }

  private static List<Comparison> compare(LstmOutput ours, Path folder) throws IOException {
    List<Comparison> comparisons = new ArrayList<>();
    try (Safetensors expected = Safetensors.open(folder.resolve("expected.safetensors"))) {
      for (String name : List.of("output", "hn", "cn")) {
        Tensor tensor =
            switch (name) {
              case "output" -> ours.output();
              case "hn" -> ours.hn();
              default -> ours.cn();
            };
        comparisons.add(
            Comparison.of(name, tensor, expected.tensor(name), expected.tensor("f64." + name)));
      }
    }
    return comparisons;
  }

  private void table(List<Comparison> comparisons) {
    main.streams.out().println();
    main.streams.out().println(Comparison.HEAD);
    comparisons.forEach(c -> main.streams.out().println(c.row()));
    main.streams.out().println();
  }

  /** Whole passes for about a second, after as long a warm-up. */
  private static String speed(Lstm lstm, Tensor input, int threads) {
    LstmOutput into = lstm.forward(input);
    LstmState zero = lstm.zeroState(input.dim(1));
    run(lstm, input, zero, into);
    double perSecond = run(lstm, input, zero, into);
    return "about "
        + Text.rate(perSecond)
        + ", one sequence, "
        + Text.count(threads, "thread")
        + ", after warm-up (a rough figure, not a benchmark)";
  }

  private static double run(Lstm lstm, Tensor input, LstmState zero, LstmOutput into) {
    long start = System.nanoTime();
    long steps = 0;
    long elapsed;
    do {
      lstm.forward(input, zero, into);
      steps += input.dim(0);
      elapsed = System.nanoTime() - start;
    } while (elapsed < SECOND);
    return steps / (elapsed / SECOND);
  }
}
