/**
 * What a training loop needs beside {@link io.github.lstm4j.TrainableLstm}, as small classes over
 * {@link io.github.lstm4j.Tensor} that know nothing of each other: the layers around an LSTM
 * ({@link io.github.lstm4j.train.Embedding}, {@link io.github.lstm4j.train.Linear}), losses ({@link
 * io.github.lstm4j.train.CrossEntropy}, {@link io.github.lstm4j.train.MeanSquaredError}), updates
 * ({@link io.github.lstm4j.train.Optimizer}, {@link io.github.lstm4j.train.Gradients}, {@link
 * io.github.lstm4j.train.LearningRate}), and what makes a run repeatable ({@link
 * io.github.lstm4j.train.CounterRandom}, {@link io.github.lstm4j.train.TrainingCheckpoint}).
 *
 * <p>There is no graph: the loop calls {@code backward} in the reverse order of {@code forward} and
 * hands the gradients on. Names, formulas and defaults are PyTorch's. Sums that lose digits
 * (losses, norms, gradients of a bias) are accumulated in double precision. The same calls on the
 * same numbers give the same bits.
 *
 * <pre>{@code
 * lstm.train(CounterRandom.bits(seed, optimizer.steps()));   // dropout between layers
 * lstm.forward(x, null, output);
 * linear.forward(output.output(), predicted);
 * double loss = MeanSquaredError.loss(predicted, y, predictedGradient);
 * linear.backward(output.output(), predictedGradient, outputGradient, false);
 * lstm.backward(outputGradient, null, gradients, false);
 * Gradients.clipByNorm(parameters, 1);
 * optimizer.setLearningRate(schedule.at(optimizer.steps()));
 * optimizer.step();
 * }</pre>
 */
package io.github.lstm4j.train;
