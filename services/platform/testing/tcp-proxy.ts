import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A connection to a server that a test can cut without touching the server. */
export interface TcpProxy {
  readonly port: number;
  /** `url` with the proxy's host and port. */
  through(url: string): string;
  /** Ends all connections and refuses new ones, like a killed server. */
  cut(): Promise<void>;
  /** Accepts bytes and forwards none, like a network that loses packets. */
  freeze(): void;
  /** Ends frozen connections, and accepts and forwards new ones. */
  heal(): Promise<void>;
  close(): Promise<void>;
}

export async function startTcpProxy(target: { host: string; port: number }): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let frozen = false;

  const server = createServer((client) => {
    if (frozen) {
      keep(client);
      client.pause();
      return;
    }
    const upstream = connect(target);
    keep(client, upstream);
    keep(upstream, client);
    client.pipe(upstream);
    upstream.pipe(client);
  });

  function keep(socket: Socket, other?: Socket): void {
    sockets.add(socket);
    socket.on('error', () => other?.destroy());
    socket.on('close', () => {
      sockets.delete(socket);
      other?.destroy();
    });
  }

  function listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', () => {
        server.off('error', reject);
        resolve();
      });
    });
  }

  function dropAll(): void {
    for (const socket of sockets) socket.destroy();
  }

  async function cut(): Promise<void> {
    if (!server.listening) return;
    const closed = new Promise((resolve) => server.close(resolve));
    dropAll();
    await closed;
  }

  await listen(0);
  const { port } = server.address() as AddressInfo;

  return {
    port,
    through(url) {
      const proxied = new URL(url);
      proxied.hostname = '127.0.0.1';
      proxied.port = String(port);
      return proxied.href;
    },
    cut,
    freeze() {
      frozen = true;
      for (const socket of sockets) {
        socket.unpipe();
        socket.pause();
      }
    },
    async heal() {
      frozen = false;
      dropAll();
      if (!server.listening) await listen(port);
    },
    close: cut,
  };
}
