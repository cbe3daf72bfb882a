import { connect } from 'node:net';

/** Sends bytes that need not be HTTP, and returns the whole answer. */
export function sendRaw(port: number, bytes: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      answer += text;
      // The server may keep the connection open, so end it after one response.
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
