import { constants } from 'node:zlib';
import compress from 'koa-compress';
import type { Middleware } from '../http/request-state.ts';

/** Compression makes smaller responses no faster. */
const WORTH_BYTES = 1024;

const BR = {
  params: {
    // As fast as gzip, with fewer bytes.
    [constants.BROTLI_PARAM_QUALITY]: 4,
    // A window of 512 kB. The default takes 4 MB per response.
    [constants.BROTLI_PARAM_LGWIN]: 19,
  },
};

/**
 * Event streams flush each batch, or an event would wait for the next one. They stay open, so they take little memory:
 * with 1,200 streams, 40 kB each with br (300 kB more from quality 2) or 130 kB with gzip, and 50 µs of CPU a batch.
 */
const STREAM_BR = {
  flush: constants.BROTLI_OPERATION_FLUSH,
  params: { [constants.BROTLI_PARAM_QUALITY]: 1, [constants.BROTLI_PARAM_LGWIN]: 14 },
};
const STREAM_GZIP = { flush: constants.Z_SYNC_FLUSH, level: 1, windowBits: 13, memLevel: 6 };

/** Compresses responses with br or gzip, in threads of Node.js. */
export function compressAnswers(): Middleware {
  const compressed = compress({
    threshold: WORTH_BYTES,
    br: (type) => (type === 'text/event-stream' ? STREAM_BR : BR),
    gzip: (type) => (type === 'text/event-stream' ? STREAM_GZIP : {}),
    deflate: false,
    zstd: false,
  }) as Middleware;
  return (ctx, next) => {
    // koa-compress throws if the client accepts no coding, not even identity. It gets the response uncompressed.
    if (ctx.acceptsEncodings('br', 'gzip', 'identity') === false) ctx['compress'] = false;
    return compressed(ctx, next);
  };
}
