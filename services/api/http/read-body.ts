import type { IncomingMessage } from 'node:http';
import readRawBody from 'raw-body';
import { AioError } from '@aio/core/errors';

const UTF_8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads a body of at most `maxBytes` as text.
 * @throws AioError `too_large`, `bad_request` (it ended early, or is not UTF-8)
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
    // Discards the rest of the body until the server's request timeout: a client that still sends
    // would not read the response, and could not use the connection again.
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
    error instanceof TypeError
      ? 'The body is not valid UTF-8.'
      : 'The body is shorter than its Content-Length.';
  return new AioError('bad_request', detail, { cause: error });
}
