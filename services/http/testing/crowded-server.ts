/** A server of `bounded-server.test.ts` that answers once it has dropped 108 connections. Prints its port. */
import { openSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createBoundedServer } from '../bounded-server.ts';

const DROPS = 108;
const FILES = 40;

const full = Promise.withResolvers<void>();
let dropped = 0;
const server = createBoundedServer((_, response) => {
  void full.promise.then(() => {
    for (let nth = 0; nth < FILES; nth++) openSync(import.meta.filename, 'r');
    response.end(`${dropped} dropped, ${FILES} files opened`);
  });
});
server.on('drop', () => {
  dropped += 1;
  if (dropped === DROPS) full.resolve();
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(String((server.address() as AddressInfo).port));
});
