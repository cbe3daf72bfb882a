import { constants } from 'node:zlib';
import compress from 'koa-compress';
import type { Middleware } from '../http/request-state.ts';

/** Compression makes smaller responses no faster. */
const WORTH_BYTES = 1024;

/**
 * Compresses responses with br or gzip, in threads of Node.js. Event streams stay uncompressed, since
 * an event would wait in the compressor for the next one.
 */
export function compressAnswers(): Middleware {
  const compressed = compress({
    threshold: WORTH_BYTES,
    filter: (type) => type !== 'text/event-stream',
    br: {
      params: {
        // As fast as gzip, with fewer bytes.
        [constants.BROTLI_PARAM_QUALITY]: 4,
        // A window of 512 kB. The default takes 4 MB per response.
        [constants.BROTLI_PARAM_LGWIN]: 19,
      },
    },
    deflate: false,
    zstd: false,
  }) as Middleware;
  return (ctx, next) => {
    // koa-compress throws if the client accepts no coding, not even identity. It gets the response uncompressed.
    if (ctx.acceptsEncodings('br', 'gzip', 'identity') === false) ctx['compress'] = false;
    return compressed(ctx, next);
  };
}
