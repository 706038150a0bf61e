package io.github.lstm4j.cli.training;

import io.github.lstm4j.LstmOptions;
import io.github.lstm4j.cli.common.Streams;
import io.github.lstm4j.cli.common.Text;
import io.github.lstm4j.internal.files.OutputFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * One training from beginning to end: trains, then evaluates the best epoch's model from its file.
 */
public final class TrainingRun {
  /** What a process returns that was told to end. */
  private static final int INTERRUPTED = 130;

  private final Task task;
  private final TrainOptions options;
  private final LstmOptions where;
  private final OutputFolder folder;
  private final RunSettings settings;
  private final Streams streams;

  public TrainingRun(
      Task task,
      TrainOptions options,
      LstmOptions where,
      OutputFolder folder,
      RunSettings settings,
      Streams streams) {
    this.task = task;
    this.options = options;
    this.where = where;
    this.folder = folder;
    this.settings = settings;
    this.streams = streams;
  }

  /** Trains; returns the exit code. */
  @SuppressWarnings("try") // the lock is there to be held
  public int run(NetworkShape shape) throws IOException {
    requireThatBatchesFit(shape);
    String otherwise = folder.checkpoint() + " holds what was saved before; --resume continues it";
    try (Interrupt interrupt = new Interrupt(streams, otherwise); // ends last
        FolderLock lock = folder.prepare(options.resume);
        Network network = Network.initialize(shape, options.seed, where);
        TrainingProgress progress =
            new TrainingProgress(streams, options.epochs, task.training().length)) {
      TrainingLoop loop = new TrainingLoop(task, network, options, folder, settings, progress);
      loop.begin();
      streams.say("backend", network.report());
      loop.otherBackend()
          .ifPresent(
              other -> streams.say("note", "begun by " + other + ": not the same bits as one run"));
      streams.say("data", data(shape));
      if (!loop.run(interrupt::asked)) {
        streams.say("stopped", folder.checkpoint() + " holds the run; --resume continues it");
        return INTERRUPTED;
      }
      report(loop);
    }
    return 0;
  }

  /** Refuses, before anything is written, what would be too large in some epoch. */
  private void requireThatBatchesFit(NetworkShape shape) throws IOException {
    for (int[] part : List.of(task.training(), task.validation())) {
      int[] lengths = Arrays.stream(part).map(task::length).sorted().toArray();
      int first = Math.max(0, lengths.length - options.batchSize);
      long elements = Arrays.stream(lengths, first, lengths.length).asLongStream().sum();
      if (elements > shape.mostElements()) {
        throw new IOException(
            String.format(
                Locale.ROOT,
                "--batch-size: the longest %d sequences have %,d elements together, and at most %,d"
                    + " of a network of these sizes fit into memory at a time; the longest alone"
                    + " has %,d",
                lengths.length - first,
                elements,
                shape.mostElements(),
                lengths[lengths.length - 1]));
      }
    }
  }

  private String data(NetworkShape shape) {
    String labels =
        ", "
            + Text.count(shape.vocabulary(), "token")
            + " ("
            + task.metadata().get("tokens")
            + "), "
            + Text.count(shape.answers(), "label");
    return Text.count(task.training().length, "training sequence")
        + ", "
        + Text.count(task.validation().length, "validation sequence")
        + (shape.vocabulary() > 0 ? labels : "");
  }

  private void report(TrainingLoop loop) throws IOException {
    TrainingState state = loop.state();
    streams.say(
        "best", "epoch " + state.bestEpoch() + " of " + state.epoch() + ", to " + folder.model());
    try (Network best = ModelFile.open(folder.model()).network(where)) {
      Evaluation evaluation = Validation.of(task, best, options.batchSize).evaluation();
      OutputFile.writeStream(folder.predictions(), evaluation::writePredictions);
      evaluation.verdict().forEach(line -> streams.say("result", line));
      PlotFile.write(folder.plot(), () -> panels(loop, evaluation));
      streams.say("plot", folder.plot().toString());
    }
  }

  private static List<Panel> panels(TrainingLoop loop, Evaluation evaluation) {
    List<Panel> panels = new ArrayList<>();
    panels.add(Charts.losses(loop.log().rows(), loop.state()));
    panels.addAll(evaluation.panels());
    return panels;
  }
}
