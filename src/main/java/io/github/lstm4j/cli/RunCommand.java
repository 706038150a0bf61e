package io.github.lstm4j.cli;

import io.github.lstm4j.Lstm;
import io.github.lstm4j.LstmOutput;
import io.github.lstm4j.LstmParameters;
import io.github.lstm4j.Tensor;
import io.github.lstm4j.cli.common.Text;
import io.github.lstm4j.internal.files.OutputFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "run",
    description = {
      "Runs a model over sequences and writes what it returns.",
      "",
      "The input is [T, B, I] or [T, I]. A safetensors file holds it as input, and may hold h0, c0"
          + " and lengths (integers, one per sequence); an npy file is the input; CSV has one time"
          + " step a row. Safetensors output holds output, hn and cn; npy and CSV hold output."
    })
final class RunCommand implements Callable<Integer> {
  @ParentCommand Main main;
  @Spec CommandSpec spec;
  @Mixin ModelOptions model;
  @Mixin ForwardOptions backend;

  @Option(
      names = {"-i", "--input"},
      required = true,
      paramLabel = "IN",
      description = "A .safetensors, .npy or .csv file, or - for standard input.")
  String input;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "OUT",
      description =
          "A .safetensors, .npy or .csv file, or - for standard output. Replaced at once.")
  String output;

  @Option(
      names = "--input-format",
      paramLabel = "FORMAT",
      description = "safetensors, npy or csv, whatever the name of IN. Default for -: csv.")
  FileFormat inputFormat;

  @Option(
      names = "--output-format",
      paramLabel = "FORMAT",
      description = "safetensors, npy or csv, whatever the name of OUT. Default for -: csv.")
  FileFormat outputFormat;

  @Override
  public Integer call() throws IOException {
    FileFormat from = TensorReader.format(input, inputFormat, "--input-format", spec);
    FileFormat to = TensorReader.format(output, outputFormat, "--output-format", spec);
    TensorWriter.requireWritable(output);
    requireNotReplaced("--input", input);
    requireNotReplaced("--model", model.file.toString());
    LstmParameters parameters = model.load(main.streams);
    SequenceInput in = new TensorReader(main.streams).readInput(input, from);
    if (to == FileFormat.CSV) {
      requireOneSequence(in.input().shape(), parameters.config().batchFirst());
    }
    try (Lstm lstm = Lstm.create(parameters, backend.toLstmOptions())) {
      main.streams.say("backend", lstm.report().toString());
      main.streams.say("input", in.describe());
      SequenceRun run = new SequenceRun(lstm, in);
      long start = System.nanoTime();
      LstmOutput result = result(run);
      double seconds = (System.nanoTime() - start) * 1e-9;
      new TensorWriter(main.streams).write(output, to, named(result));
      main.streams.say("output", Text.shape(result.output().shape()) + " to " + output);
      main.streams.say("time", speed(run.totalSteps(), seconds));
    }
    return 0;
  }

  /** What the library says about its arguments is about the input. */
  private LstmOutput result(SequenceRun run) throws IOException {
    try {
      return run.run(main.streams);
    } catch (IllegalArgumentException e) {
      throw new IOException(TensorReader.title(input) + ": " + e.getMessage(), e);
    }
  }

  private void requireNotReplaced(String option, String read) throws IOException {
    boolean files = !read.equals(TensorReader.STANDARD) && !output.equals(TensorReader.STANDARD);
    if (files && OutputFile.isSame(Path.of(read), Path.of(output))) {
      throw new ParameterException(
          spec.commandLine(), "--output: " + output + " is what " + option + " reads");
    }
  }

  /** Refused before the work; who writes the output no longer knows which axis is time. */
  private static void requireOneSequence(int[] shape, boolean batchFirst) throws IOException {
    int batchAxis = batchFirst ? 0 : 1;
    if (shape.length == 3 && shape[batchAxis] != 1) {
      throw new IOException(
          "CSV holds one sequence, one time step a row; the input of shape "
              + Text.shape(shape)
              + (batchFirst ? ", batch first," : "")
              + " holds "
              + shape[batchAxis]
              + "; npy and safetensors take them all");
    }
  }

  private static Map<String, Tensor> named(LstmOutput result) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("output", result.output());
    tensors.put("hn", result.hn());
    tensors.put("cn", result.cn());
    return tensors;
  }

  private static String speed(long steps, double seconds) {
    return Text.count(steps, "time step")
        + " in "
        + Text.seconds(seconds)
        + ", "
        + Text.rate(steps / seconds)
        + " (the first call of a JVM is its slowest)";
  }
}
