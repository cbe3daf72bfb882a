import { connect } from 'node:net';

/** Sends bytes as they are, valid HTTP or not, and returns what comes back until the end. */
export function sendRaw(port: number, bytes: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      answer += text;
      // Kept alive by the server: one whole answer is enough.
      if (isWhole(answer)) socket.end();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
    socket.write(bytes);
  });
}

function isWhole(answer: string): boolean {
  const end = answer.indexOf('\r\n\r\n');
  if (end === -1) return false;
  const length = Number(/content-length: (\d+)/i.exec(answer.slice(0, end))?.[1] ?? 0);
  return Buffer.byteLength(answer.slice(end + 4)) >= length;
}
