import { connect } from 'node:net';

/** The raw answer to one command, over a new connection; null = no answer. */
export function askRedis(port: number, command: string): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: 1000 }, () => {
      socket.write(`${command}\r\n`);
    });
    const finish = (answer: string | null) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('data', (data) => finish(data.toString()));
    socket.once('error', () => finish(null));
    socket.once('timeout', () => finish(null));
    socket.once('close', () => finish(null));
  });
}
