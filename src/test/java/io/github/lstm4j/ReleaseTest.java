package io.github.lstm4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lstm4j.internal.schedule.BackwardSchedule;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An open model keeps memory of its own between calls, and none of its callers'. */
class ReleaseTest {
  private static final LstmConfig CONFIG = LstmConfig.of(3, 5).withBidirectional(true);

  /** What was given to a call, by name. */
  private final Map<String, WeakReference<Object>> given = new LinkedHashMap<>();

  static Stream<LstmOptions> backends() {
    LstmOptions threads = LstmOptions.of(Backend.JAVA).withThreads(3);
    return Stream.concat(NativeCode.everyBackend(), Stream.of(threads));
  }

  static Stream<LstmOptions> trainableBackends() {
    LstmOptions threads = LstmOptions.of(Backend.JAVA).withThreads(3);
    return Stream.concat(NativeCode.everyTrainableBackend(), Stream.of(threads));
  }

  private Tensor watch(String name, Tensor tensor) {
    given.put(name, new WeakReference<>(tensor.floats()));
    return tensor;
  }

  private LstmState watch(String name, LstmState state) {
    watch(name + ".h", state.h());
    watch(name + ".c", state.c());
    return state;
  }

  private LstmOutput watch(LstmOutput into) {
    watch("output", into.output());
    watch("final", into.state());
    return into;
  }

  private PackedOutput watch(PackedOutput into) {
    watch("output", into.output().data());
    watch("final", into.state());
    return into;
  }

  private PackedSequence watch(PackedSequence input) {
    watch("input", input.data());
    given.put("order", new WeakReference<>(input.sharedSortedIndices()));
    return input;
  }

  private void assertReleased(String call) throws InterruptedException {
    for (int k = 0; k < 100 && !given.isEmpty(); k++) {
      System.gc();
      given.values().removeIf(reference -> reference.get() == null);
      Thread.sleep(given.isEmpty() ? 0 : 10);
    }
    assertEquals("[]", given.keySet().toString(), "still held after " + call);
  }

  private void dense(Lstm lstm, LstmCase c) {
    lstm.forward(watch("input", c.input(0)), watch("initial", c.initial()), watch(c.into()));
  }

  private void padded(Lstm lstm, LstmCase c) {
    Tensor x = watch("input", c.input(0));
    lstm.forward(x, c.lengths, watch("initial", c.initial()), watch(c.into()));
  }

  private void packed(Lstm lstm, LstmCase c) {
    PackedSequence x = watch(c.packed());
    lstm.forward(x, watch("initial", c.initial()), watch(c.into(x)));
  }

  @ParameterizedTest
  @MethodSource("backends")
  void callsLetGoOfWhatTheyWereGiven(LstmOptions options) throws InterruptedException {
    LstmCase c = LstmCase.ragged(CONFIG, 4, new int[] {2, 4, 3}, true, 1);
    try (Lstm lstm = Lstm.create(c.parameters(), options)) {
      dense(lstm, c);
      assertReleased("dense");
      padded(lstm, c);
      assertReleased("padded");
      packed(lstm, c);
      assertReleased("packed");
    }
  }

  private void train(TrainableLstm lstm, GradientCase c, LstmGradients into) {
    LstmCase inputs = c.inputs;
    Tensor x = watch("input", inputs.input(0));
    lstm.forward(x, watch("initial", inputs.initial()), watch(inputs.into()));
    lstm.backward(watch("gradient", c.output(0)), watch("gradients", c.state()), into, false);
  }

  private void trainPacked(TrainableLstm lstm, GradientCase c, LstmParameters parameters) {
    LstmCase inputs = c.inputs;
    PackedSequence x = inputs.packed();
    watch("input", x.data());
    lstm.forward(x, watch("initial", inputs.initial()), watch(inputs.into(x)));
    LstmGradients all = c.into(x);
    watch("into.input", all.input());
    LstmGradients into =
        new LstmGradients(all.input(), watch("into.initial", all.initial()), parameters);
    lstm.backward(watch("gradient", c.packedOutput()), null, into, false);
    // Only what the last backward wrote may be known until the next one.
    lstm.backward(null, null, new LstmGradients(null, null, parameters), false);
  }

  private LstmGradients parameterGradients(LstmConfig config) {
    LstmGradients gradients = LstmGradients.ofParameters(config);
    gradients.parameters().tensors().forEach(this::watch);
    return gradients;
  }

  @ParameterizedTest
  @MethodSource("trainableBackends")
  void trainingLetsGoOfWhatItWasGiven(LstmOptions options) throws InterruptedException {
    GradientCase c = GradientCase.ragged(CONFIG, 4, new int[] {2, 4, 3}, 1);
    LstmGradients gradients = LstmGradients.ofParameters(CONFIG);
    try (TrainableLstm lstm = TrainableLstm.create(c.inputs.parameters(), options)) {
      train(lstm, c, gradients);
      assertReleased("dense");
      trainPacked(lstm, c, gradients.parameters());
      assertReleased("packed");
    }
  }

  @ParameterizedTest
  @MethodSource("trainableBackends")
  void aClosedModelLetsGoOfGradients(LstmOptions options) throws InterruptedException {
    GradientCase c = GradientCase.ragged(CONFIG, 4, new int[] {2, 4, 3}, 1);
    TrainableLstm lstm = TrainableLstm.create(c.inputs.parameters(), options);
    train(lstm, c, parameterGradients(CONFIG));
    lstm.close();
    assertReleased("close");
    assertEquals(CONFIG, lstm.config()); // it was there all the time
  }

  private static boolean isInBackward(Thread thread) {
    String schedule = BackwardSchedule.class.getName();
    return Stream.of(thread.getStackTrace())
        .anyMatch(frame -> frame.getClassName().equals(schedule));
  }

  private void closeDuringACall(TrainableLstm lstm) throws InterruptedException {
    Tensor x = Tensor.allocate(10_000, 1, 64);
    LstmOutput out = lstm.newOutput(x);
    lstm.forward(x, null, out);
    LstmGradients into = parameterGradients(lstm.config());
    Thread training = new Thread(() -> lstm.backward(out.output(), null, into, false));
    training.start();
    while (training.isAlive() && !isInBackward(training)) {
      Thread.onSpinWait();
    }
    lstm.close();
    assertTrue(training.isAlive(), "the call was over too soon");
    training.join();
  }

  @Test
  void aModelClosedDuringACallLetsGoAtItsEnd() throws InterruptedException {
    LstmParameters parameters = LstmParameters.initialize(LstmConfig.of(64, 128), 1);
    try (TrainableLstm lstm = TrainableLstm.create(parameters, LstmOptions.of(Backend.JAVA))) {
      closeDuringACall(lstm);
      assertReleased("close");
    }
  }

  private static long directBuffers() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getCount)
        .sum();
  }

  /** Else the next call makes a new one. */
  @Test
  void aRefusedCallGivesItsWorkspaceBack() {
    LstmCase c = LstmCase.ragged(LstmConfig.of(3, 5), 4, new int[] {2, 4, 3}, true, 1);
    try (Lstm lstm = Lstm.create(c.parameters(), LstmOptions.of(Backend.JAVA))) {
      Tensor x = c.input(0);
      LstmOutput into = c.into();
      PackedSequence packed = c.packed();
      LstmState state = lstm.zeroState(2);
      Tensor wrong = Tensor.allocate(1, 1);
      PackedOutput wrongPacked = new PackedOutput(packed, state);
      for (Executable refused :
          List.<Executable>of(
              () -> lstm.forward(x, state, into),
              () -> lstm.forward(x, c.lengths, state, into),
              () -> lstm.forward(packed, null, wrongPacked),
              () -> lstm.step(wrong, state, wrong))) {
        lstm.forward(x, c.lengths, null, into);
        long before = directBuffers();
        for (int k = 0; k < 100; k++) {
          assertThrows(IllegalArgumentException.class, refused);
          lstm.forward(x, c.lengths, null, into);
        }
        long more = directBuffers() - before;
        assertTrue(more < 100, more + " buffers in 100 refused calls");
      }
    }
  }
}
