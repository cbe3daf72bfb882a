import type { IncomingMessage } from 'node:http';
import readRawBody from 'raw-body';
import { AioError } from '@aio/core/errors';

const UTF_8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The body of a request as text, never more than `maxBytes` of it held.
 * Errors: `too_large`, `bad_request` (it ended early, or is not UTF-8).
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<string> {
  const declared = request.headers['content-length'];
  try {
    const bytes = await readRawBody(request, {
      limit: maxBytes,
      ...(declared !== undefined && { length: declared }),
    });
    return UTF_8.decode(bytes);
  } catch (error) {
    // What is left of the body is thrown away as it comes, for as long as the server's request
    // timeout lets it: a client that still sends would not read the answer, nor could it go on
    // with this connection.
    request.resume();
    throw bodyError(error, maxBytes);
  }
}

function bodyError(error: unknown, maxBytes: number): AioError {
  const type = (error as { type?: string }).type;
  if (type === 'entity.too.large') {
    return new AioError('too_large', `The body is larger than ${maxBytes} bytes.`, {
      cause: error,
    });
  }
  const detail =
    error instanceof TypeError ? 'The body is not valid UTF-8.' : 'The body ended before its end.';
  return new AioError('bad_request', detail, { cause: error });
}
