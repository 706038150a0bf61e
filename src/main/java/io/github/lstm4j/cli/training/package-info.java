/**
 * Trainings of the command line, and predictions of what they made: a {@link
 * io.github.lstm4j.cli.training.Task} is data and what is wanted of it, a {@code Network} the
 * model, {@link io.github.lstm4j.cli.training.TrainingRun} a training from the first epoch to its
 * files, a {@link io.github.lstm4j.cli.training.Predictor} what serves it.
 */
package io.github.lstm4j.cli.training;
