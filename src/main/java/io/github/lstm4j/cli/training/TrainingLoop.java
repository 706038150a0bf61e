package io.github.lstm4j.cli.training;

import io.github.lstm4j.io.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Epoch after epoch: updates from all training examples, a look at the validation part, the log,
 * the model if it is the best so far, and a checkpoint. What an update does depends on the
 * checkpoint's content, the settings and the data alone, so a resumed run ends in the same bits.
 */
final class TrainingLoop {
  private static final String BACKEND = RunSettings.PREFIX + "backend";

  private final Task task;
  private final Network network;
  private final TrainOptions options;
  private final OutputFolder folder;
  private final RunSettings settings;
  private final TrainingProgress progress;
  private final Updates updates;
  private final EpochLog log;
  private TrainingState state = TrainingState.START;
  private String earlierBackend;

  TrainingLoop(
      Task task,
      Network network,
      TrainOptions options,
      OutputFolder folder,
      RunSettings settings,
      TrainingProgress progress) {
    this.task = task;
    this.network = network;
    this.options = options;
    this.folder = folder;
    this.settings = settings;
    this.progress = progress;
    updates = new Updates(task, network, options);
    log = new EpochLog(folder.log());
  }

  EpochLog log() {
    return log;
  }

  TrainingState state() {
    return state;
  }

  /**
   * The backend that wrote the checkpoint, if it is another: the last bits will not be the same.
   */
  Optional<String> otherBackend() {
    return Optional.ofNullable(earlierBackend).filter(name -> !name.equals(network.backend()));
  }

  /** Takes up what the checkpoint holds; or writes the first one, so that there always is one. */
  void begin() throws IOException {
    if (!options.resume) {
      save();
      return;
    }
    settings.requireSame(folder.checkpoint());
    Map<String, String> metadata = updates.load(folder.checkpoint());
    state = TrainingState.of(folder.checkpoint(), metadata);
    earlierBackend = metadata.get(BACKEND);
    if (Files.exists(folder.model())) {
      try (Safetensors model = Safetensors.open(folder.model())) {
        state = state.withModel(folder.model(), model.metadata());
      }
    } else if (state.bestEpoch() > 0) {
      throw new IOException(folder.model() + ": expected the model of the best epoch, found none");
    }
    log.read(state.epoch());
  }

  /**
   * Runs until the last epoch, or until the validation loss stops falling.
   *
   * @param stop asked before every batch, of training and of validation; if it says yes, a
   *     checkpoint is saved
   * @return whether it came to the end
   * @throws IllegalStateException if a loss or gradient is not finite; the checkpoint is then that
   *     of the last epoch
   */
  boolean run(BooleanSupplier stop) throws IOException {
    try {
      while (state.epoch() < options.epochs && !state.isStale(options.patience)) {
        progress.beginEpoch(state);
        boolean whole = train(stop) && validate(stop);
        save(); // a run that stops before the validation's end goes on with its beginning
        if (!whole) {
          return false;
        }
      }
    } catch (Updates.NotFiniteException e) {
      throw new IllegalStateException(
          "epoch "
              + (state.epoch() + 1)
              + ", batch "
              + (state.batch() + 1)
              + ": "
              + e.getMessage()
              + "; a lower --learning-rate or --clip-norm may help, in another folder (--output). "
              + folder.checkpoint()
              + " holds the state before this epoch",
          e);
    } finally {
      progress.close(); // before anything else is said
    }
    return true;
  }

  private boolean train(BooleanSupplier stop) {
    List<Batch> batches = Batches.shuffled(task, options.batchSize, options.seed, state.epoch());
    while (state.batch() < batches.size()) {
      if (stop.getAsBoolean()) {
        return false;
      }
      Batch batch = batches.get(state.batch());
      state = state.afterBatch(updates.update(batch), task.terms(batch));
      progress.advance(batch.count());
    }
    return true;
  }

  private boolean validate(BooleanSupplier stop) throws IOException {
    double seconds = progress.endTraining();
    Optional<Validation> made = Validation.of(task, network, options.batchSize, stop);
    if (made.isEmpty()) {
      return false;
    }
    Validation validation = made.get();
    Updates.requireFinite("validation loss", validation.loss());
    double loss = state.loss();
    state = state.afterEpoch(validation.loss());
    boolean best = state.bestEpoch() == state.epoch();
    if (best) {
      ModelFile.save(folder.model(), network, task, state.best());
    }
    EpochLog.Row row =
        new EpochLog.Row(
            state.epoch(),
            loss,
            validation.loss(),
            updates.learningRate(),
            seconds,
            validation.evaluation().metrics());
    log.add(row);
    progress.endEpoch(row, best);
    return true;
  }

  private void save() throws IOException {
    Map<String, String> metadata = new LinkedHashMap<>(state.toMetadata());
    metadata.putAll(settings.toMetadata());
    metadata.put(BACKEND, network.backend());
    updates.save(folder.checkpoint(), metadata);
  }
}
