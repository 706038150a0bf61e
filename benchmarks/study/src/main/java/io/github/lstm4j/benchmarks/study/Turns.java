package io.github.lstm4j.benchmarks.study;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/**
 * Forks that live side by side and compute in turn, a short stretch each, so that whatever else the
 * machine does meanwhile meets all of them alike.
 */
final class Turns implements Closeable {
  private static final int LOOK_MILLIS = 100;

  private final ServerSocket server;
  private final List<Running> running = new ArrayList<>();
  private final int pauseMillis;

  /**
   * Has no forks yet.
   *
   * @param pauseMillis before a turn, for threads of the one before that still spin
   */
  Turns(int pauseMillis) throws IOException {
    this.pauseMillis = pauseMillis;
    server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    server.setSoTimeout(LOOK_MILLIS);
  }

  /** Returns where forks ask for their turns. */
  int port() {
    return server.getLocalPort();
  }

  /** Waits until the fork that was started asks for its first turn; null if it ended instead. */
  Socket arrival(Thread fork) throws IOException {
    while (fork.isAlive()) {
      try {
        Socket socket = server.accept();
        socket.setTcpNoDelay(true);
        return socket;
      } catch (SocketTimeoutException e) {
        continue; // and ask again whether it is there at all
      }
    }
    return null;
  }

  /** Adds a fork that waits. */
  void add(Running fork) {
    running.add(fork);
  }

  /** Gives every fork so many turns, one after the other; all of them have ended then. */
  void give(int turns) throws InterruptedException {
    for (int turn = 1; turn <= turns; turn++) {
      for (Running fork : running) {
        if (!fork.hasEnded()) {
          Thread.sleep(pauseMillis);
          fork.takeTurn(turn == turns);
        }
      }
    }
  }

  List<Running> running() {
    return running;
  }

  /** Closes what forks are reached by: an overnight run starts thousands. */
  @Override
  public void close() throws IOException {
    for (Running fork : running) {
      fork.close();
    }
    server.close();
  }
}
