import { findFreePort } from '@aio/stack/free-port';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** How bytes fare on a path. */
export type PathState =
  | 'open'
  /** Connections are ended and refused, as by a server that was killed. */
  | 'refused'
  /** Bytes are lost both ways, as by a cable that was cut: nobody is told. */
  | 'cut'
  /** Requests arrive, their answers are lost. */
  | 'answers lost';

/** A path to a server that can be cut, muted or slowed without touching the server. */
export interface TcpPath {
  readonly port: number;
  /** `url` with its host and port replaced by the path's. */
  through(url: string): string;
  /** Also while connections are open: what was on its way then is lost with them. */
  set(state: PathState): Promise<void>;
  /** Lets every piece of data wait this long, each way; 0 = none. */
  slow(delayMs: number): void;
  close(): Promise<void>;
}

export async function startTcpPath(targetUrl: string): Promise<TcpPath> {
  const { hostname, port: targetPort } = new URL(targetUrl);
  const pairs = new Set<{ client: Socket; upstream: Socket }>();
  const port = await findFreePort();
  let state: PathState = 'open';
  let delayMs = 0;

  const server = createServer({ noDelay: true }, (client) => {
    // A path that loses packets accepts nothing; what the kernel has accepted by then hears nothing.
    const upstream = connect({ host: hostname, port: Number(targetPort), noDelay: true });
    const pair = { client, upstream };
    pairs.add(pair);
    relay(client, upstream, () => state === 'open' || state === 'answers lost');
    relay(upstream, client, () => state === 'open');
    for (const socket of [client, upstream]) {
      socket.on('error', () => {});
      socket.on('close', () => {
        // The end of a connection is news that a path without packets does not carry.
        if (state === 'cut' || (state === 'answers lost' && socket === upstream)) return;
        pairs.delete(pair);
        client.destroy();
        upstream.destroy();
      });
    }
  });

  function relay(from: Socket, to: Socket, passes: () => boolean): void {
    from.on('data', async (data: Buffer) => {
      if (delayMs > 0) {
        // Timers of one length fire in their order, so that bytes keep theirs.
        await sleep(delayMs);
      }
      if (!passes() || to.destroyed) return;
      if (!to.write(data)) {
        from.pause();
        to.once('drain', () => from.resume());
      }
    });
    from.on('end', () => {
      if (passes()) to.end();
    });
  }

  function listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', () => {
        server.off('error', reject);
        resolve();
      });
    });
  }

  function dropAll(): void {
    for (const { client, upstream } of pairs) {
      client.destroy();
      upstream.destroy();
    }
    pairs.clear();
  }

  async function refuse(): Promise<void> {
    const closed = server.listening
      ? new Promise((resolve) => server.close(resolve))
      : Promise.resolve();
    dropAll();
    await closed;
  }

  await listen();
  return {
    port,
    through(url) {
      const replaced = new URL(url);
      replaced.hostname = '127.0.0.1';
      replaced.port = String(port);
      return replaced.href;
    },
    async set(next) {
      const before = state;
      state = next;
      if (next === 'refused') return refuse();
      if (!server.listening) await listen();
      // A stream that misses a piece is of no use any more.
      if (next === 'open' && before !== 'open') dropAll();
    },
    slow(ms) {
      delayMs = ms;
    },
    close: refuse,
  };
}
