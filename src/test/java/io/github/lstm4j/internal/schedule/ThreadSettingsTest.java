package io.github.lstm4j.internal.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.lstm4j.Backend;
import io.github.lstm4j.Lstm;
import io.github.lstm4j.LstmConfig;
import io.github.lstm4j.LstmOptions;
import io.github.lstm4j.LstmParameters;
import io.github.lstm4j.TrainableLstm;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThreadSettingsTest {
  private static final String MOST = "lstm4j.threads.max";
  private static final String WORK = "lstm4j.threads.work";

  private static void with(String property, String value, Runnable test) {
    String before = System.getProperty(property);
    System.setProperty(property, value);
    try {
      test.run();
    } finally {
      if (before == null) {
        System.clearProperty(property);
      } else {
        System.setProperty(property, before);
      }
    }
  }

  @Test
  void numbersAreTakenAsTheyAre() {
    with(MOST, " 3 ", () -> assertEquals(3, ThreadSettings.most()));
    with(MOST, "1000", () -> assertEquals(64, ThreadSettings.most()));
    with(WORK, "0", () -> assertEquals(0, ThreadSettings.worthSharing()));
    with(WORK, "", () -> assertEquals(2_000_000, ThreadSettings.worthSharing()));
  }

  @ParameterizedTest
  @CsvSource({MOST + ",0,1", MOST + ",two,1", WORK + ",-1,0", WORK + ",2e6,0"})
  void aWrongNumberIsRefusedWhenAModelIsMade(String property, String value, int least) {
    LstmParameters parameters = LstmParameters.initialize(LstmConfig.of(2, 3), 1);
    LstmOptions options = LstmOptions.of(Backend.JAVA);
    String message =
        "system property "
            + property
            + ": expected a number of "
            + least
            + " or more, got "
            + value;
    with(
        property,
        value,
        () -> {
          for (Executable create :
              List.<Executable>of(
                  () -> Lstm.create(parameters, options),
                  () -> Lstm.create(parameters, options.withThreads(2)),
                  () -> TrainableLstm.create(parameters, options))) {
            assertEquals(message, assertThrows(IllegalStateException.class, create).getMessage());
          }
        });
  }
}
