import type { IncomingMessage } from 'node:http';
import readRawBody from 'raw-body';

/** Why a body cannot be read. */
export class BodyError extends Error {
  override name = 'BodyError';
  readonly reason: 'too_large' | 'incomplete' | 'not_utf8';

  constructor(reason: BodyError['reason'], message: string, cause: unknown) {
    super(message, { cause });
    this.reason = reason;
  }
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true });

/** Reads a body of at most `maxBytes` as text. @throws BodyError */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<string> {
  const declared = request.headers['content-length'];
  try {
    const bytes = await readRawBody(request, {
      limit: maxBytes,
      ...(declared !== undefined && { length: declared }),
    });
    return UTF_8.decode(bytes);
  } catch (error) {
    // Discards the rest of the body until the server's request timeout: a client that still sends would not read the
    // response, and could not use the connection again.
    request.resume();
    throw explain(error, maxBytes);
  }
}

function explain(error: unknown, maxBytes: number): BodyError {
  if ((error as { type?: string }).type === 'entity.too.large')
    return new BodyError('too_large', `The body is larger than ${maxBytes} bytes.`, error);
  if (error instanceof TypeError)
    return new BodyError('not_utf8', 'The body is not valid UTF-8.', error);
  return new BodyError('incomplete', 'The body is shorter than its Content-Length.', error);
}
