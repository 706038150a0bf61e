/**
 * PyTorch's {@code nn.LSTM} on the JVM.
 *
 * <p>{@link io.github.lstm4j} is the model, {@link io.github.lstm4j.io} reads and writes its files,
 * {@link io.github.lstm4j.train} is what a training loop needs beside it. Native code is loaded by
 * this module: JDK 24 and newer want {@code
 * --enable-native-access=io.github.lstm4j,org.bytedeco.javacpp,org.bytedeco.openblas}. The jars
 * that hold the native libraries are modules of their own, which nothing requires: resolve them
 * with {@code --add-modules ALL-MODULE-PATH}.
 */
module io.github.lstm4j {
  requires org.bytedeco.javacpp;
  requires org.bytedeco.openblas;
  requires com.fasterxml.jackson.core;
  requires pickle;
  requires static info.picocli;
  requires static de.siegmar.fastcsv;
  requires static me.tongfei.progressbar;
  requires static xchart;
  requires static java.desktop;
  requires static java.management;
  requires static jdk.management;

  exports io.github.lstm4j;
  exports io.github.lstm4j.io;
  exports io.github.lstm4j.train;

  opens io.github.lstm4j.cli to
      info.picocli;
  opens io.github.lstm4j.cli.training to
      info.picocli;
}
