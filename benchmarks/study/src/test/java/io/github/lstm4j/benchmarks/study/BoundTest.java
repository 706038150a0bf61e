package io.github.lstm4j.benchmarks.study;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.lstm4j.benchmarks.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class BoundTest {
  /** 1 GB/s up to 1 KiB, 2 from 4 KiB on, which no machine has, but tells sizes apart. */
  private static Limits limits(double gflops) {
    return new Limits(32, gflops, 0, List.of(new Limits.Read(1024, 1), new Limits.Read(4096, 2)));
  }

  @Test
  void bandwidthIsBetweenTwoSizesOnALogScale() {
    assertEquals(1, limits(1).bandwidth(100));
    assertEquals(1, limits(1).bandwidth(1024));
    assertEquals(1.5, limits(1).bandwidth(2048), 1e-12);
    assertEquals(2, limits(1).bandwidth(4096), 1e-12);
    assertEquals(2, limits(1).bandwidth(1e9));
  }

  @Test
  void arithmeticSetsTheBoundOfManyRows() {
    Shape shape = Shape.parse("3x100x8x16");
    Bound bound = Bound.of(shape, limits(4));
    assertEquals(shape.flops() / 4, bound.nanos(), 1e-9);
    assertEquals("FMA", bound.limit());
    // weight_ih once, weight_hh in each of 3 steps but the first.
    assertEquals(4.0 * 4 * 16 * (8 + 2 * 16), bound.bytes());
  }

  @Test
  void readsSetTheBoundOfOneRow() {
    Shape shape = Shape.parse("3x1x8x16");
    Bound bound = Bound.of(shape, limits(1e9));
    double model = 4.0 * (4 * 16 * (8 + 16) + 2 * 4 * 16);
    assertEquals(4 * 4 * 16 * 8 / limits(1).bandwidth(model) + 2 * 4096 / 2.0, bound.nanos(), 1e-9);
    assertEquals("reads", bound.limit());
  }

  @Test
  void oneStepReadsTheInputsWeightsAlone() {
    Bound bound = Bound.of(Shape.parse("1x1x16x16"), limits(1e9));
    double bytes = 4.0 * 4 * 16 * 16;
    assertEquals(bytes, bound.bytes());
    assertEquals(bytes / limits(1).bandwidth(bytes + 4 * 2 * 4 * 16), bound.nanos(), 1e-9);
  }

  @Test
  void aRaggedBatchHasTheRowsThatItsStepsHave() {
    Shape shape = Shape.parse("40x64x256x256-ragged");
    assertEquals(shape.flops() / 1e-3, Bound.of(shape, limits(1e-3)).nanos(), 1);
  }

  @Test
  void countsTheBestPeakAndTheMedianOfMedians() {
    List<Limits.Read> reads = List.of(new Limits.Read(1024, 1));
    Limits best =
        Limits.best(
            List.of(
                new Limits(32, 90, 85, reads),
                new Limits(32, 100, 70, reads),
                new Limits(32, 95, 80, reads)));
    assertEquals(100, best.fmaGflops());
    assertEquals(80, best.fmaMedianGflops());
  }
}
