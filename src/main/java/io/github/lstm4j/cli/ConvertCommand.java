package io.github.lstm4j.cli;

import io.github.lstm4j.LstmParameters;
import io.github.lstm4j.Tensor;
import io.github.lstm4j.cli.common.Text;
import io.github.lstm4j.internal.files.LocalFiles;
import io.github.lstm4j.internal.files.OutputFile;
import io.github.lstm4j.io.Checkpoint;
import io.github.lstm4j.io.LoadOptions;
import io.github.lstm4j.io.LstmFiles;
import io.github.lstm4j.io.Safetensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "convert",
    description = {
      "Converts between formats, by the ending of the names.",
      "",
      "A model (.pt, .pth, .safetensors) to .safetensors: its LSTM alone, under the plain names that"
          + " nn.LSTM.load_state_dict takes, or with --all every tensor under its own name. To or from"
          + " .npy and .csv: one tensor. All numbers become float32. B may be A only with"
          + " --all, if every tensor is float32."
    })
final class ConvertCommand implements Callable<Integer> {
  private static final Set<String> FLOATS = Set.of("F16", "BF16", "F32", "F64");

  @ParentCommand Main main;
  @Spec CommandSpec spec;

  @Parameters(index = "0", paramLabel = "A", description = "The file to read.")
  String from;

  @Parameters(index = "1", paramLabel = "B", description = "The file to write.")
  String to;

  @Option(
      names = "--prefix",
      paramLabel = "P",
      description = "Which LSTM, if the file holds several: what stands before weight_ih_l0.")
  Optional<String> prefix = Optional.empty();

  @Option(
      names = "--all",
      description =
          "Every tensor of floating-point numbers under its own name, not the LSTM alone.")
  boolean all;

  @Option(
      names = "--tensor",
      paramLabel = "NAME",
      description =
          "Which tensor goes to npy or CSV, if there are several; or what an npy or CSV file is called"
              + " in safetensors (default: input).")
  Optional<String> tensor = Optional.empty();

  @Override
  public Integer call() throws IOException {
    FileFormat target = TensorReader.format(to, null, null, spec);
    Optional<FileFormat> source =
        from.equals(TensorReader.STANDARD) ? Optional.of(FileFormat.CSV) : FileFormat.ofName(from);
    refuse(
        !all && isInPlace(), from + " would be replaced by a part of it: B has to be another file");
    TensorWriter.requireWritable(to);
    boolean single = source.isPresent() && source.get() != FileFormat.SAFETENSORS;
    TensorWriter writer = new TensorWriter(main.streams);
    if (single) {
      refuse(all || prefix.isPresent(), "--all and --prefix are for files with several tensors");
      refuse(
          tensor.isPresent() && target != FileFormat.SAFETENSORS,
          "--tensor names a tensor of safetensors, and here is none");
      Tensor data = new TensorReader(main.streams).read(from, source.get());
      writer.write(to, target, Map.of(tensor.orElse("input"), data));
      return wrote(Text.shape(data.shape()));
    }
    LocalFiles.requireNoFolder(Path.of(from));
    if (target != FileFormat.SAFETENSORS) {
      refuse(all || prefix.isPresent(), "npy and CSV hold one tensor, which --tensor names");
      Tensor data = one();
      writer.write(to, target, Map.of("", data));
      return wrote(Text.shape(data.shape()));
    }
    refuse(tensor.isPresent(), "--tensor is for npy and CSV");
    refuse(all && prefix.isPresent(), "--all and --prefix exclude each other");
    return all ? everything() : model();
  }

  /** Whether A and B are one file, under one name or several. */
  private boolean isInPlace() throws IOException {
    boolean files = !from.equals(TensorReader.STANDARD) && !to.equals(TensorReader.STANDARD);
    return files && OutputFile.isSame(Path.of(from), Path.of(to));
  }

  private int model() throws IOException {
    LoadOptions options = new LoadOptions(prefix, Optional.empty(), Optional.empty());
    LstmParameters parameters;
    int others;
    try (Checkpoint checkpoint = Checkpoint.open(Path.of(from))) {
      parameters = LstmFiles.load(checkpoint, options);
      others = checkpoint.entries().size() - parameters.tensors().size();
    }
    LstmFiles.save(Path.of(to), parameters);
    if (others > 0) {
      main.streams.say("left out", Text.count(others, "other tensor") + " (--all)");
    }
    return wrote(parameters.toString());
  }

  private int everything() throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    boolean inPlace = isInPlace();
    try (Checkpoint checkpoint = Checkpoint.open(Path.of(from))) {
      for (Checkpoint.Entry entry : checkpoint.entries()) {
        refuse(
            inPlace && !entry.dtype().equals("F32"),
            entry + " would be lost or rounded: B has to be another file");
        if (FLOATS.contains(entry.dtype())) {
          tensors.put(entry.name(), checkpoint.tensor(entry.name()));
        } else {
          main.streams.say("left out", entry + ": not floating-point numbers");
        }
      }
      Safetensors.write(Path.of(to), tensors, checkpoint.metadata());
    }
    return wrote(Text.count(tensors.size(), "tensor"));
  }

  /** The tensor that is meant, by name or because there is no other. */
  private Tensor one() throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(Path.of(from))) {
      List<Checkpoint.Entry> entries = checkpoint.entries();
      if (tensor.isEmpty() && entries.size() != 1) {
        List<String> names = entries.stream().limit(12).map(Checkpoint.Entry::name).toList();
        throw new ParameterException(
            spec.commandLine(),
            from
                + " holds "
                + Text.count(entries.size(), "tensor")
                + "; --tensor names one of "
                + names);
      }
      return checkpoint.tensor(tensor.orElseGet(() -> entries.get(0).name()));
    }
  }

  private void refuse(boolean wrong, String why) {
    if (wrong) {
      throw new ParameterException(spec.commandLine(), why);
    }
  }

  private int wrote(String what) {
    main.streams.say("wrote", what + " to " + to);
    return 0;
  }
}
