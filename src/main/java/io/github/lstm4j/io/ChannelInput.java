package io.github.lstm4j.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A range of a file as a stream that leaves the channel's own position alone. */
final class ChannelInput extends InputStream {
  private final FileChannel channel;
  private final long end;
  private long position;

  ChannelInput(FileChannel channel, long position, long size) {
    this.channel = channel;
    this.position = position;
    end = position + size;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public long skip(long count) {
    long skipped = Math.max(0, Math.min(count, end - position));
    position += skipped;
    return skipped;
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    if (position >= end || length == 0) {
      return length == 0 ? 0 : -1;
    }
    int most = (int) Math.min(length, end - position);
    int got = channel.read(ByteBuffer.wrap(to, offset, most), position);
    position += Math.max(got, 0);
    return got;
  }
}
