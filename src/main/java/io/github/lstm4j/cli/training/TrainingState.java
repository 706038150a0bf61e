package io.github.lstm4j.cli.training;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How far a run is: with the parameters and the optimiser's state, all that it needs to go on.
 *
 * @param epoch epochs done
 * @param batch batches done of the next epoch
 * @param lossSum of the losses of those batches, each times its terms
 * @param terms of those batches
 * @param bestEpoch the epoch with the lowest validation loss, counted from 1; 0 if none is done
 * @param bestLoss that loss
 */
record TrainingState(
    int epoch, int batch, double lossSum, long terms, int bestEpoch, double bestLoss) {
  private static final String EXPECTED =
      "%s: expected a checkpoint of lstm4j train, found none in its metadata";

  static final TrainingState START = new TrainingState(0, 0, 0, 0, 0, Double.POSITIVE_INFINITY);

  TrainingState afterBatch(double loss, int batchTerms) {
    return new TrainingState(
        epoch, batch + 1, lossSum + loss * batchTerms, terms + batchTerms, bestEpoch, bestLoss);
  }

  TrainingState afterEpoch(double validationLoss) {
    // One whose model an interrupted run has saved already is the best when it is made again.
    boolean better = validationLoss < bestLoss || bestEpoch == epoch + 1;
    return new TrainingState(
        epoch + 1, 0, 0, 0, better ? epoch + 1 : bestEpoch, better ? validationLoss : bestLoss);
  }

  /** The mean loss of the batches done. */
  double loss() {
    return lossSum / terms;
  }

  /** Whether the validation loss has not fallen for so many epochs; 0 waits for ever. */
  boolean isStale(int patience) {
    return patience > 0 && epoch - bestEpoch >= patience;
  }

  Map<String, String> toMetadata() {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put(RunSettings.PREFIX + "epoch", Integer.toString(epoch));
    metadata.put(RunSettings.PREFIX + "batch", Integer.toString(batch));
    metadata.put(RunSettings.PREFIX + "loss_sum", Double.toString(lossSum));
    metadata.put(RunSettings.PREFIX + "terms", Long.toString(terms));
    metadata.putAll(best());
    return metadata;
  }

  /** What the model's metadata holds, so that it is known which epoch's it is. */
  Map<String, String> best() {
    Map<String, String> metadata = new LinkedHashMap<>(); // in order: files are compared
    metadata.put(RunSettings.PREFIX + "best_epoch", Integer.toString(bestEpoch));
    metadata.put(RunSettings.PREFIX + "best_loss", Double.toString(bestLoss));
    return metadata;
  }

  /**
   * Compares with the model beside the checkpoint. It is saved first: a run that is cut off between
   * the two leaves the model of an epoch that the checkpoint does not know.
   *
   * @param metadata of the model, which {@link #best} is part of
   * @return the state with that model as its best
   */
  TrainingState withModel(Path file, Map<String, String> metadata) throws IOException {
    try {
      int its = Integer.parseInt(get(metadata, "best_epoch"));
      double loss = Double.parseDouble(get(metadata, "best_loss"));
      if (its == bestEpoch || its == epoch + 1) {
        return new TrainingState(epoch, batch, lossSum, terms, its, loss);
      }
      throw new IOException(
          file + ": expected the model of epoch " + bestEpoch + ", found that of epoch " + its);
    } catch (NumberFormatException e) {
      throw new IOException(
          file + ": expected the model of epoch " + bestEpoch + ", found another", e);
    }
  }

  /**
   * Reads what {@link #toMetadata} wrote.
   *
   * @param file what messages call the source
   */
  static TrainingState of(Path file, Map<String, String> metadata) throws IOException {
    try {
      TrainingState state =
          new TrainingState(
              Integer.parseInt(get(metadata, "epoch")),
              Integer.parseInt(get(metadata, "batch")),
              Double.parseDouble(get(metadata, "loss_sum")),
              Long.parseLong(get(metadata, "terms")),
              Integer.parseInt(get(metadata, "best_epoch")),
              Double.parseDouble(get(metadata, "best_loss")));
      if (state.epoch >= 0 && state.batch >= 0) {
        return state;
      }
    } catch (NumberFormatException e) {
      throw new IOException(EXPECTED.formatted(file), e);
    }
    throw new IOException(EXPECTED.formatted(file));
  }

  private static String get(Map<String, String> metadata, String key) {
    return metadata.getOrDefault(RunSettings.PREFIX + key, "none");
  }
}
