import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export type PathState =
  | 'open'
  /** Connections break, and new ones fail, as after a server's death. */
  | 'refused'
  /** Bytes are lost both ways without an error, as with a cut cable. */
  | 'cut'
  /** Requests arrive, but their answers are lost. */
  | 'answers lost';

/** A TCP relay to a server. Tests and drills can cut, mute or slow it without touching the server. */
export interface TcpPath {
  readonly port: number;
  /** Replaces host and port of `url` with those of the path. */
  through(url: string): string;
  /** Affects open connections, too; bytes in transit are lost. */
  set(state: PathState): Promise<void>;
  /** Delays data each way; 0 = no delay. */
  slow(delayMs: number): void;
  close(): Promise<void>;
}

const USUAL_PORTS: Readonly<Record<string, string>> = { 'postgresql:': '5432', 'redis:': '6379' };

/** @param at its port; default: a free one, which others may take while the path refuses connections */
export async function startTcpPath(targetUrl: string, at = 0): Promise<TcpPath> {
  const { protocol, hostname, port: given } = new URL(targetUrl);
  const target = { host: hostname, port: Number(given || USUAL_PORTS[protocol]), noDelay: true };
  const pairs = new Set<{ client: Socket; upstream: Socket }>();
  let state: PathState = 'open';
  let delayMs = 0;

  const server = createServer({ noDelay: true }, (client) => {
    // A cut path should not accept connections, but the kernel already has: they get no answer.
    const upstream = connect(target);
    const pair = { client, upstream };
    pairs.add(pair);
    relay(client, upstream, () => state === 'open' || state === 'answers lost');
    relay(upstream, client, () => state === 'open');
    for (const socket of [client, upstream]) {
      socket.on('error', () => {});
      socket.on('close', () => {
        // A path that loses packets does not transmit the end of a connection either.
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
        // Timers of equal length fire in order, so bytes stay in order, too.
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

  async function listen(port: number): Promise<void> {
    await once(server.listen(port, '127.0.0.1'), 'listening');
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

  await listen(at);
  const { port } = server.address() as AddressInfo;
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
      if (!server.listening) await listen(port);
      // Streams with missing bytes are unusable.
      if (next === 'open' && before !== 'open') dropAll();
    },
    slow(ms) {
      delayMs = ms;
    },
    close: refuse,
  };
}
