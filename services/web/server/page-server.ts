import type { RequestListener, Server } from 'node:http';
import { constants } from 'node:zlib';
import compression from 'compression';
import { createBoundedServer } from '@aio/http/bounded-server';
import { isEventStream } from '@aio/http/graceful-stop';

const compressAnswer = compression({
  filter: (request, response) => !isEventStream(response) && compression.filter(request, response),
});
/** Flushes each write, or an event would wait for the next one. The API has the same settings, and their reasons. */
const compressStream = compression({
  filter: (_, response) => isEventStream(response),
  flush: constants.Z_SYNC_FLUSH,
  level: 1,
  windowBits: 13,
  memLevel: 6,
  brotli: {
    flush: constants.BROTLI_OPERATION_FLUSH,
    params: { [constants.BROTLI_PARAM_QUALITY]: 1, [constants.BROTLI_PARAM_LGWIN]: 14 },
  },
} as compression.CompressionOptions); // its types lack options of zlib

/** Creates a server that compresses text, with the limits of `createBoundedServer` for each connection. */
export function createPageServer(answer: RequestListener): Server {
  return createBoundedServer((request, response) =>
    compressAnswer(request as never, response as never, () =>
      compressStream(request as never, response as never, () => void answer(request, response)),
    ),
  );
}
