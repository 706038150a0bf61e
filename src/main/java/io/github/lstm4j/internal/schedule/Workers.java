package io.github.lstm4j.internal.schedule;

import io.github.lstm4j.internal.kernels.SpinBarrier;
import io.github.lstm4j.internal.kernels.StackRoom;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.security.AccessController;
import java.security.PrivilegedAction;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * The threads that help calls which asked for more than their own: one pool for the library, of at
 * most one thread less than the JVM has processors (a container's limit counts) and 63, started
 * when first needed, daemon, named {@code lstm4j-worker-N}.
 *
 * <p>A call takes the helpers that are idle and does the rest itself, so it never waits for a
 * thread that serves somebody else, and busy calls do not pile threads on processors. Helpers spin
 * for a moment after a job, as the next layer follows soon, and then sleep.
 */
final class Workers {
  /**
   * A job in parts that run at the same time, each on a thread of its own. Reusable, not reentrant.
   */
  abstract static class Job {
    private final AtomicInteger pending = new AtomicInteger();

    /** The first: parts that wait for one that failed fail too, and do not know why. */
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    /** Does one part; parts may wait for each other. */
    abstract void part(int part);

    /** Called when a part has failed, so that parts waiting for it give up. */
    abstract void abort();

    private void fail(Throwable thrown) {
      failure.compareAndSet(null, thrown);
      abort();
    }
  }

  private static final int SIZE = ThreadSettings.most() - 1;
  private static final Worker[] WORKERS = new Worker[SIZE];
  private static final AtomicLong IDLE = new AtomicLong((1L << SIZE) - 1);

  /** Before the system is asked again for a thread that it, or a security manager, did not give. */
  private static final long NANOS_BEFORE_AGAIN = 10_000_000_000L;

  /** When it last gave none, by {@link System#nanoTime}. */
  private static volatile long noThreadsSince = System.nanoTime() - NANOS_BEFORE_AGAIN;

  /** {@code Thread.isVirtual}, or null where the JVM has no virtual threads. */
  private static final MethodHandle IS_VIRTUAL = findIsVirtual();

  private Workers() {}

  /** The most threads that one call can have, its own included. */
  static int threads() {
    return SIZE + 1;
  }

  /**
   * Reserves up to {@code wanted} helpers, without waiting; the result's bits say which. They run:
   * where the system gives no more threads, there are fewer. None for a virtual thread: where it
   * waits, it would stand behind all other virtual threads, and hold the helpers all that time.
   *
   * @throws StackOverflowError if the stack has no room for the rest of the call
   */
  static long reserve(int wanted) {
    StackRoom.require();
    if (isVirtual()) {
      return 0;
    }
    long taken = take(wanted);
    for (long left = taken; left != 0; left &= left - 1) {
      long bit = Long.lowestOneBit(left);
      if (!isRunning(Long.numberOfTrailingZeros(bit))) {
        taken &= ~bit;
        release(bit);
      }
    }
    return taken;
  }

  private static boolean isVirtual() {
    if (IS_VIRTUAL == null) {
      return false;
    }
    try {
      return (boolean) IS_VIRTUAL.invokeExact(Thread.currentThread());
    } catch (Throwable e) {
      throw new AssertionError("Thread.isVirtual throws nothing", e);
    }
  }

  private static MethodHandle findIsVirtual() {
    try {
      return MethodHandles.publicLookup()
          .findVirtual(Thread.class, "isVirtual", MethodType.methodType(boolean.class));
    } catch (ReflectiveOperationException e) {
      return null; // before Java 21
    }
  }

  private static long take(int wanted) {
    for (; ; ) {
      long idle = IDLE.get();
      long taken = 0;
      for (int k = 0; k < wanted && (idle & ~taken) != 0; k++) {
        taken |= Long.lowestOneBit(idle & ~taken);
      }
      if (taken == 0 || IDLE.compareAndSet(idle, idle & ~taken)) {
        return taken;
      }
    }
  }

  /**
   * Runs parts 0 to {@code parts - 1}: part 0 here, the others on reserved helpers, which are free
   * again afterwards.
   *
   * @param reserved at least {@code parts - 1} helpers, so none for one part
   */
  static void run(Job job, int parts, long reserved) {
    job.pending.set(parts - 1);
    job.failure.set(null);
    long left = reserved;
    for (int part = 1; part < parts; part++) {
      int index = Long.numberOfTrailingZeros(left);
      left &= left - 1;
      WORKERS[index].start(job, part);
    }
    release(left);
    runPart(job, 0);
    for (int spins = 0; job.pending.get() != 0; spins++) {
      SpinBarrier.pause(spins);
    }
    Throwable failure = job.failure.get();
    if (failure instanceof Error) {
      throw (Error) failure;
    }
    if (failure != null) {
      throw (RuntimeException) failure;
    }
  }

  private static void release(long helpers) {
    if (helpers != 0) {
      IDLE.getAndAdd(helpers); // they were reserved, so their bits are 0; allocates nothing
    }
  }

  private static void runPart(Job job, int part) {
    try {
      job.part(part);
    } catch (RuntimeException | Error e) {
      job.fail(e);
    }
  }

  /**
   * Whether a helper runs, which is started if it can be. Only the call that reserved it gets here
   * for it, so no two start the same one.
   */
  private static boolean isRunning(int index) {
    if (WORKERS[index] != null) {
      return true;
    }
    if (System.nanoTime() - noThreadsSince < NANOS_BEFORE_AGAIN) {
      return false;
    }
    try {
      Worker worker = newWorker(index);
      worker.thread.start();
      WORKERS[index] = worker;
      return true;
    } catch (OutOfMemoryError | SecurityException e) {
      // The call does without. The JVM has printed a warning, or the host wants it so.
      noThreadsSince = System.nanoTime();
      return false;
    }
  }

  /** As if nobody had called: else the thread keeps the class loaders of all who did, for ever. */
  @SuppressWarnings("removal") // JVMs without access control keep nobody, and just call
  private static Worker newWorker(int index) {
    return AccessController.doPrivileged((PrivilegedAction<Worker>) () -> new Worker(index));
  }

  private static final class Worker implements Runnable {
    private final Thread thread;
    private final long bit;
    private volatile Job job;
    private volatile boolean asleep;
    private int part;

    Worker(int index) {
      bit = 1L << index;
      thread = new Thread(null, this, "lstm4j-worker-" + (index + 1), 0, false);
      thread.setDaemon(true);
      thread.setContextClassLoader(null);
    }

    void start(Job next, int nextPart) {
      part = nextPart;
      job = next;
      if (asleep) {
        LockSupport.unpark(thread);
      }
    }

    @Override
    public void run() {
      for (; ; ) {
        Job current = await();
        runPart(current, part);
        job = null;
        // Idle before done: the caller's next layer wants this helper again.
        release(bit);
        current.pending.decrementAndGet();
      }
    }

    private Job await() {
      for (int spins = 0; ; spins++) {
        Job current = job;
        if (current != null) {
          return current;
        }
        if (spins < SpinBarrier.SPINS) {
          Thread.onSpinWait();
        } else {
          sleep();
        }
      }
    }

    private void sleep() {
      asleep = true;
      while (job == null) {
        LockSupport.park(this);
        Thread.interrupted(); // an interrupted thread would never park again
      }
      asleep = false;
    }
  }
}
