import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server could not listen. `code` is Node.js' (`EADDRINUSE`, `EACCES`); the message says what to do. */
export class ListenError extends Error {
  override name = 'ListenError';
  readonly code: string;

  constructor(code: string, message: string, cause: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/**
 * @param place.port 0 = any free port
 * @param place.setting the variable that chooses the port, if there is one
 * @returns the port
 * @throws ListenError
 */
export async function listen(
  server: Server,
  { host, port, setting }: { host: string; port: number; setting?: string },
): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => {
      const { code = 'unknown', message } = error;
      const reason = code === 'EADDRINUSE' ? 'the port is in use' : message;
      const advice = setting === undefined ? '' : ` Set ${setting} to another port.`;
      reject(new ListenError(code, `Cannot listen on ${host}:${port}: ${reason}.${advice}`, error));
    };
    server.once('error', fail);
    server.listen(port, host, () => {
      server.off('error', fail);
      resolve();
    });
  });
  return (server.address() as AddressInfo).port;
}
