package io.github.lstm4j.internal.schedule;

import io.github.lstm4j.internal.kernels.GateGradients;
import io.github.lstm4j.internal.kernels.GradientPass;
import io.github.lstm4j.internal.kernels.Kernels;
import io.github.lstm4j.internal.kernels.Scratch;

/**
 * The gradient of one layer, on one thread or shared out among several: first the recurrences by
 * direction and ranges of sequences, then the products. Every number is the same sum for any number
 * of threads.
 */
final class GradientJob extends Workers.Job {
  private final BackwardSchedule schedule;
  private final GradientPass[] passes;
  private final Scratch[] scratches;
  private final GateGradients[] gates;
  private int layer;
  private int threads;
  private boolean products;

  GradientJob(BackwardSchedule schedule, Kernels kernels, int directions, int threads) {
    this.schedule = schedule;
    int most = Math.max(1, Math.min(threads, Workers.threads()));
    passes = new GradientPass[most];
    scratches = new Scratch[most];
    for (int k = 0; k < most; k++) {
      passes[k] = new GradientPass();
      scratches[k] = kernels.newScratch();
    }
    gates = new GateGradients[directions];
    for (int d = 0; d < directions; d++) {
      gates[d] = kernels.newGateGradients();
    }
  }

  /** Runs a layer's gradient; the schedule has set what its passes read and write. */
  void run(int layerIndex) {
    layer = layerIndex;
    for (int d = 0; d < gates.length; d++) {
      schedule.cell(layer, d).makeRoom(gates[d], schedule.rows().total());
    }
    boolean worth = schedule.rows().total() * schedule.work(layer) >= LayerJob.WORTH_SHARING;
    phase(false, worth);
    phase(true, worth);
  }

  private void phase(boolean newProducts, boolean worth) {
    products = newProducts;
    long helpers = worth && passes.length > 1 ? Workers.reserve(passes.length - 1) : 0;
    threads = 1 + Long.bitCount(helpers);
    if (threads == 1) {
      part(0);
    } else {
      Workers.run(this, threads, helpers);
    }
  }

  @Override
  void part(int part) {
    if (products) {
      products(part);
    } else {
      recurrences(part);
    }
  }

  /** Shares: directions first, then ranges of sequences, as alike in steps as can be. */
  private void recurrences(int part) {
    int directionParts = Math.min(gates.length, threads);
    int rowParts = Math.max(1, threads / directionParts);
    int rowPart = part / directionParts;
    if (rowPart >= rowParts) {
      return;
    }
    GradientPass pass = passes[part];
    for (int d = part % directionParts; d < gates.length; d += directionParts) {
      fill(pass, d);
      pass.firstRow = pass.rows.boundary(rowPart, rowParts);
      pass.lastRow = pass.rows.boundary(rowPart + 1, rowParts);
      if (pass.lastRow > pass.firstRow) {
        schedule.cell(layer, d).recurrence(pass, scratches[part]);
      }
    }
  }

  /** Shares: an equal part of every product. */
  private void products(int part) {
    GradientPass pass = passes[part];
    for (int d = 0; d < gates.length; d++) {
      fill(pass, d);
      if (schedule.wantsParameters()) {
        schedule.cell(layer, d).parameters(pass, scratches[part], part, threads);
      }
      if (schedule.wantsInput(layer)) {
        schedule.cell(layer, d).input(pass, scratches[part], part, threads);
      }
    }
  }

  private void fill(GradientPass pass, int direction) {
    schedule.fillPass(pass, layer, direction);
    pass.gates = gates[direction];
  }

  @Override
  void abort() {
    // No part waits for another.
  }

  /** Lets go of the call's memory. */
  void clear() {
    for (GradientPass pass : passes) {
      pass.clear();
    }
  }

  long bytes() {
    long bytes = 0;
    for (GateGradients g : gates) {
      bytes += g.bytes();
    }
    return bytes;
  }
}
