package io.github.lstm4j.internal.schedule;

import io.github.lstm4j.internal.kernels.Kernels;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Keeps workspaces between calls, without locks and without allocating. More threads than slots is
 * fine: what finds no slot is left to the garbage collector.
 */
final class WorkspacePool {
  private static final int SLOTS = Math.max(8, 2 * Runtime.getRuntime().availableProcessors());

  private final AtomicReferenceArray<Workspace> slots = new AtomicReferenceArray<>(SLOTS);
  private final Kernels kernels;

  WorkspacePool(Kernels kernels) {
    this.kernels = kernels;
  }

  Workspace take() {
    for (int k = 0; k < SLOTS; k++) {
      Workspace workspace = slots.get(k);
      if (workspace != null && slots.compareAndSet(k, workspace, null)) {
        return workspace;
      }
    }
    return new Workspace(kernels);
  }

  void giveBack(Workspace workspace) {
    for (int k = 0; k < SLOTS; k++) {
      if (slots.get(k) == null && slots.compareAndSet(k, null, workspace)) {
        return;
      }
    }
  }
}
