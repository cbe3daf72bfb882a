import assert from 'node:assert/strict';
import { createServer, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { test } from 'node:test';
import { prepareStop } from './graceful-stop.ts';
import { listen } from './listen.ts';
import { BodyError, readBody } from './read-body.ts';

/** Reads one body of at most four bytes, sent as it stands with this declared length. */
async function read(sent: Buffer, declared: number): Promise<string> {
  const arrived = Promise.withResolvers<IncomingMessage>();
  const server = createServer((request) => arrived.resolve(request));
  const stop = prepareStop(server);
  const port = await listen(server, { host: '127.0.0.1', port: 0 });
  const head = `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${declared}\r\n\r\n`;
  const client = connect(port, '127.0.0.1', () => {
    client.end(Buffer.concat([Buffer.from(head), sent]));
  });
  try {
    return await readBody(await arrived.promise, 4);
  } finally {
    client.destroy();
    await stop.close(0);
  }
}

test('a body is text, or a BodyError with its reason', async () => {
  assert.equal(await read(Buffer.from('äb'), 3), 'äb');
  for (const [reason, sent, declared] of [
    ['too_large', Buffer.from('12345'), 5],
    ['incomplete', Buffer.from('12'), 3],
    ['not_utf8', Buffer.from([0xff, 0xfe]), 2],
  ] as const)
    await assert.rejects(read(sent, declared), (error) => {
      assert.ok(error instanceof BodyError, String(error));
      return error.reason === reason;
    });
});
