package io.github.lstm4j.benchmarks;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;

/**
 * The turns of this JVM, where the study measures several that live side by side: one of them
 * computes, and the others wait here.
 */
final class Turn {
  private static final CompilationMXBean COMPILER = ManagementFactory.getCompilationMXBean();
  private static final int QUIET_MILLIS = 25;

  private DataInputStream begin;
  private DataOutputStream end;

  /**
   * Waits for the next turn, which ends the one before; does nothing if the study gives none. A
   * turn includes what follows its calls and would take the next one's core: JMH has sent its
   * numbers by now, and the JIT compiler is waited for.
   *
   * @param cpuShare the share of the core that the turn before had
   * @throws java.io.EOFException if the study has ended
   */
  void await(double cpuShare) throws IOException, InterruptedException {
    int port = Settings.turns();
    if (port == 0) {
      return;
    }
    awaitCompiler();
    if (begin == null) {
      Socket study = new Socket(InetAddress.getLoopbackAddress(), port);
      begin = new DataInputStream(study.getInputStream());
      end = new DataOutputStream(study.getOutputStream());
    } else {
      end.writeDouble(cpuShare);
    }
    begin.readByte();
  }

  private static void awaitCompiler() throws InterruptedException {
    long before;
    do {
      before = COMPILER.getTotalCompilationTime();
      Thread.sleep(QUIET_MILLIS);
    } while (COMPILER.getTotalCompilationTime() != before);
  }

  /**
   * Tells about the last turn, which lasts until this JVM has ended.
   *
   * @param cpuShare the share of the core that it had
   * @param bytesPerCall what a call allocates on the Java heap
   */
  void leave(double cpuShare, double bytesPerCall) throws IOException {
    if (end != null) {
      end.writeDouble(cpuShare);
      end.writeDouble(bytesPerCall);
    }
  }
}
