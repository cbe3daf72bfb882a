import { constants } from 'node:zlib';
import compress from 'koa-compress';
import type { Middleware } from '../http/request-state.ts';

/** Less of it makes no answer arrive sooner. */
const WORTH_BYTES = 1024;

/**
 * Answers in br or gzip, as the client takes them. The work is done in threads of Node.js, not in the event loop.
 * Event streams stay as they are: an event must not wait in a compressor for the next one.
 */
export function compressAnswers(): Middleware {
  const compressed = compress({
    threshold: WORTH_BYTES,
    filter: (type) => type !== 'text/event-stream',
    br: {
      params: {
        // As fast as gzip, for less bytes.
        [constants.BROTLI_PARAM_QUALITY]: 4,
        // A window of 512 kB. The default takes 4 MB for each answer under way.
        [constants.BROTLI_PARAM_LGWIN]: 19,
      },
    },
    deflate: false,
    zstd: false,
  }) as Middleware;
  return (ctx, next) => {
    // koa-compress throws where a client takes neither these nor an answer as it is; it gets it as it is.
    if (ctx.acceptsEncodings('br', 'gzip', 'identity') === false) ctx['compress'] = false;
    return compressed(ctx, next);
  };
}
