package io.github.lstm4j.benchmarks;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** One batch of training: engine by shape. Each call is timed by itself, as in {@link Forward}. */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Training extends Measured {
  private TrainingAnswers answers;
  private Trainer trainer;
  private boolean stepped;

  /** Makes the trainer, and fails unless its gradients are right. */
  @Setup(Level.Trial)
  public void prepare() throws IOException {
    Workload workload = workload();
    answers = TrainingAnswers.read(workload, Settings.references());
    trainer = EngineProvider.findTrainer(engine, workload);
    trainer.forwardBackward();
    answers.checkGradients(engine, trainer);
    trainer.spoil();
    describe(trainer.description());
  }

  /** All gradients of one batch. */
  @Benchmark
  public void forwardBackward() {
    trainer.forwardBackward();
  }

  /** The parameters' gradients of one batch, and the update. */
  @Benchmark
  public void step() {
    trainer.step();
    stepped = true;
  }

  /** Fails unless the gradients are still right or, after steps, the loss has fallen. */
  @TearDown(Level.Trial)
  public void finish() throws IOException {
    leave(stepped ? trainer::step : trainer::forwardBackward);
    if (stepped) {
      answers.checkFallen(engine, trainer);
    } else {
      answers.checkGradients(engine, trainer);
    }
    trainer.close();
  }
}
