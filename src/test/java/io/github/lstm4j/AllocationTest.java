package io.github.lstm4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.lstm4j.train.Adam;
import io.github.lstm4j.train.AdamW;
import io.github.lstm4j.train.Optimizer;
import io.github.lstm4j.train.Parameter;
import io.github.lstm4j.train.Sgd;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A call that writes into the caller's tensors allocates nothing, on the heap or off it. */
class AllocationTest {
  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Calls per measured round. */
  private static final int CALLS = 1000;

  /** Rounds that have to be clean one after the other. */
  private static final int CLEAN_ROUNDS = 3;

  /** The JIT compiler has done its work long before; on a loaded machine it may take a while. */
  private static final long WARM_UP_NANOS = 20_000_000_000L;

  @BeforeAll
  static void requireMeasuring() {
    assumeTrue(THREADS.isThreadAllocatedMemorySupported(), "this JVM does not count allocations");
    THREADS.setThreadAllocatedMemoryEnabled(true);
  }

  static Stream<LstmOptions> backends() {
    return NativeCode.everyBackend();
  }

  private static long allocatedBy(Runnable call) {
    long id = Thread.currentThread().getId();
    long before = THREADS.getThreadAllocatedBytes(id);
    for (int k = 0; k < CALLS; k++) {
      call.run();
    }
    return THREADS.getThreadAllocatedBytes(id) - before;
  }

  /** What measuring itself costs, once it has been compiled. */
  private static long constant() {
    long least = Long.MAX_VALUE;
    for (int k = 0; k < 50; k++) {
      least = Math.min(least, allocatedBy(() -> {}));
    }
    return least;
  }

  /** 0 once {@link #CLEAN_ROUNDS} rounds in a row were clean, else the bytes of the best round. */
  private static long bytesAfterWarmUp(Runnable call) {
    long constant = constant();
    long end = System.nanoTime() + WARM_UP_NANOS;
    long least = Long.MAX_VALUE;
    int rounds = 0;
    do {
      long bytes = Math.max(0, allocatedBy(call) - constant);
      rounds = bytes == 0 ? rounds + 1 : 0;
      least = Math.min(least, bytes);
      if (rounds == CLEAN_ROUNDS) {
        return 0;
      }
    } while (System.nanoTime() < end);
    return Math.max(1, least);
  }

  private static BufferPoolMXBean direct() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .findFirst()
        .orElseThrow();
  }

  private static Map<String, Runnable> calls(Lstm lstm, Lstm batchFirst, LstmCase c) {
    Map<String, Runnable> calls = new LinkedHashMap<>();
    Tensor x = c.input(0);
    LstmOutput into = c.into();
    LstmState initial = c.initial();
    calls.put("dense", () -> lstm.forward(x, initial, into));
    calls.put("dense, no state", () -> lstm.forward(x, null, into));
    calls.put("lengths", () -> lstm.forward(x, c.lengths, initial, into));
    PackedSequence packed = c.packed();
    PackedOutput packedInto = c.into(packed);
    calls.put("packed", () -> lstm.forward(packed, initial, packedInto));
    Tensor transposed = x.reshape(c.batch(), c.steps, c.config.inputSize());
    LstmOutput batchMajor =
        new LstmOutput(into.output().reshape(c.batch(), c.steps, c.width()), into.state());
    calls.put("batch first", () -> batchFirst.forward(transposed, initial, batchMajor));
    calls.put(
        "batch first, lengths",
        () -> batchFirst.forward(transposed, c.lengths, initial, batchMajor));
    return calls;
  }

  private static Map<String, Runnable> steps(Lstm lstm) {
    Map<String, Runnable> calls = new LinkedHashMap<>();
    int input = lstm.config().inputSize();
    int width = lstm.config().outputSize();
    Tensor one = Tensor.allocate(input).fill(0.5f);
    Tensor h = Tensor.allocate(width);
    LstmState state = lstm.zeroState();
    calls.put("step, unbatched", () -> lstm.step(one, state, h));
    Tensor three = Tensor.allocate(3, input).fill(0.5f);
    Tensor hs = Tensor.allocate(3, width);
    LstmState states = lstm.zeroState(3);
    calls.put("step, batched", () -> lstm.step(three, states, hs));
    Tensor sequence = one.reshape(1, input);
    LstmOutput into = new LstmOutput(h.reshape(1, width), state);
    calls.put("unbatched, in place", () -> lstm.forward(sequence, state, into));
    return calls;
  }

  private static Map<String, Runnable> training(
      TrainableLstm lstm, TrainableLstm batchFirst, GradientCase c) {
    Map<String, Runnable> calls = new LinkedHashMap<>();
    LstmCase inputs = c.inputs;
    Tensor x = inputs.input(0);
    LstmOutput out = inputs.into();
    LstmState initial = inputs.initial();
    Tensor g = c.output(0);
    LstmState state = c.state();
    LstmGradients into = c.into();
    LstmGradients some = new LstmGradients(null, null, into.parameters());
    calls.put(
        "dense",
        () -> {
          lstm.forward(x, initial, out);
          lstm.backward(g, state, into, false);
        });
    calls.put(
        "lengths",
        () -> {
          lstm.forward(x, inputs.lengths, null, out);
          lstm.backward(g, null, some, true);
        });
    PackedSequence packed = inputs.packed();
    PackedOutput packedOut = inputs.into(packed);
    Tensor packedG = c.packedOutput();
    LstmGradients packedInto = c.into(packed);
    calls.put(
        "packed, dropout",
        () -> {
          lstm.train(1);
          lstm.forward(packed, initial, packedOut);
          lstm.backward(packedG, state, packedInto, true);
          lstm.eval();
        });
    Tensor transposed = x.reshape(inputs.batch(), inputs.steps, inputs.config.inputSize());
    Tensor batchMajor = out.output().reshape(inputs.batch(), inputs.steps, inputs.width());
    LstmOutput batchMajorOut = new LstmOutput(batchMajor, out.state());
    Tensor batchMajorG = g.reshape(batchMajor.shape());
    calls.put(
        "batch first",
        () -> {
          batchFirst.forward(transposed, inputs.lengths, initial, batchMajorOut);
          batchFirst.backward(batchMajorG, state, some, false);
        });
    return calls;
  }

  static Stream<LstmOptions> trainableBackends() {
    return NativeCode.everyTrainableBackend();
  }

  /** As {@link #nothingIsAllocatedAfterWarmUp}, for gradients. */
  @ParameterizedTest
  @MethodSource("trainableBackends")
  void nothingIsAllocatedByGradientsAfterWarmUp(LstmOptions options) {
    LstmConfig config =
        LstmConfig.of(5, 9).withNumLayers(2).withProjSize(3).withBidirectional(true);
    GradientCase c = GradientCase.ragged(config.withDropout(0.5), 3, new int[] {1, 3}, 1);
    LstmConfig batchFirst = c.inputs.config.withBatchFirst(true);
    LstmParameters parameters = c.inputs.parameters();
    try (TrainableLstm lstm = TrainableLstm.create(parameters, options);
        TrainableLstm second = TrainableLstm.create(parameters.withConfig(batchFirst), options)) {
      assertAllocatesNothing(training(lstm, second, c));
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void nothingIsAllocatedAfterWarmUp(LstmOptions options) {
    LstmConfig config = LstmConfig.of(5, 9).withNumLayers(2).withProjSize(3);
    LstmCase both = LstmCase.ragged(config.withBidirectional(true), 3, new int[] {1, 3}, true, 1);
    LstmConfig batchFirst = both.config.withBatchFirst(true);
    try (Lstm lstm = Lstm.create(both.parameters(), options);
        Lstm second = Lstm.create(both.parameters().withConfig(batchFirst), options);
        Lstm streaming = Lstm.create(LstmParameters.initialize(config, 1), options)) {
      Map<String, Runnable> calls = calls(lstm, second, both);
      calls.putAll(steps(streaming));
      assertAllocatesNothing(calls);
    }
  }

  /**
   * Views of the tensors, if the JIT compiler cannot do without; an array of one block has 4 KiB.
   */
  @Test
  void optimisersAllocateNoMoreThanViews() {
    List<Parameter> one = List.of(new Parameter("p", Tensor.allocate(5000), Tensor.allocate(5000)));
    for (Optimizer optimizer :
        List.of(
            new Sgd(one, 0.1),
            new Sgd(one, 0.1, 0.9, 0, 0.1, true),
            new Adam(one, 0.1),
            new AdamW(one, 0.1))) {
      allocatedBy(optimizer::step);
      long bytes = allocatedBy(optimizer::step) / CALLS;
      assertTrue(bytes <= 1024, optimizer.getClass().getSimpleName() + " allocates " + bytes);
    }
  }

  private static void assertAllocatesNothing(Map<String, Runnable> calls) {
    Map<String, Long> expected = new LinkedHashMap<>();
    Map<String, Long> actual = new LinkedHashMap<>();
    calls.forEach((name, call) -> actual.put(name, bytesAfterWarmUp(call)));
    calls.keySet().forEach(name -> expected.put(name, 0L));
    assertEquals(expected, actual, "bytes in " + CALLS + " calls");
    long buffers = direct().getCount();
    long bytes = direct().getTotalCapacity();
    calls.values().forEach(AllocationTest::allocatedBy);
    // Fewer are no fault: the collector may come by the garbage of earlier tests.
    assertTrue(direct().getCount() <= buffers, "more direct buffers");
    assertTrue(direct().getTotalCapacity() <= bytes, "more bytes of direct buffers");
  }
}
