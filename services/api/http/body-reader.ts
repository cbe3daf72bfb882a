import { AioError, ValidationError } from '@aio/core/errors';
import type { BodySpec, Source } from './define-route.ts';
import { parseJson } from '@aio/core/json/parse-json';
import { compileSchema } from '@aio/core/json/schema-validator';
import { findUnstorableText } from '@aio/core/text/unstorable-text';
import type { RequestContext } from './request-state.ts';
import type { IncomingMessage } from 'node:http';
import readRawBody from 'raw-body';

const YAML_TYPES = new Set(['application/yaml', 'text/yaml', 'application/x-yaml']);

/**
 * Makes the function that reads and checks a route's body. Its errors: `unsupported_media_type`,
 * `too_large`, `bad_json`, `bad_request`, `validation_failed`.
 */
export function bodyReader(spec: BodySpec | undefined): (ctx: RequestContext) => Promise<unknown> {
  if (spec === undefined) return () => Promise.resolve(undefined);
  if (spec.as === 'source') {
    return async (ctx): Promise<Source> => {
      const mediaType = sourceMediaTypeOf(ctx);
      return { mediaType, text: await readBody(ctx.req, spec.maxBytes) };
    };
  }
  const validate = compileSchema(spec.schema);
  if (spec.as === 'form') {
    return async (ctx) => {
      requireMediaType(ctx, ['application/x-www-form-urlencoded']);
      const form = new URLSearchParams(await readBody(ctx.req, spec.maxBytes));
      const value = Object.fromEntries(form);
      const faults = validate(value);
      if (faults.length > 0)
        throw new ValidationError('The form lacks fields.', faults, 'bad_request');
      return value;
    };
  }
  return async (ctx) => {
    if (!spec.required && !hasBody(ctx)) return {};
    requireMediaType(ctx, ['application/json']);
    const text = await readBody(ctx.req, spec.maxBytes);
    // Many bodies may arrive in one turn.
    return ctx.state.inTurn(() => {
      const value = parseJson(text);
      const faults = [...validate(value), ...findUnstorableText(value)];
      if (faults.length > 0)
        throw new ValidationError('The body does not match the schema.', faults);
      return value;
    });
  };
}

function sourceMediaTypeOf(ctx: RequestContext): Source['mediaType'] {
  requireMediaType(ctx, ['application/json', ...YAML_TYPES]);
  return YAML_TYPES.has(ctx.request.type) ? 'application/yaml' : 'application/json';
}

function hasBody(ctx: RequestContext): boolean {
  const length = ctx.get('Content-Length');
  return ctx.get('Transfer-Encoding') !== '' || (length !== '' && length !== '0');
}

/** Pages of other origins can send forms and plain text without a CORS preflight, but neither JSON nor YAML. */
function requireMediaType(ctx: RequestContext, allowed: readonly string[]): void {
  const { type, charset } = ctx.request;
  if (!allowed.includes(type.toLowerCase())) {
    throw unsupported(`Send ${allowed.join(' or ')}.`);
  }
  if (charset !== '' && charset.toLowerCase() !== 'utf-8') throw unsupported('Send UTF-8.');
  if (ctx.get('Content-Encoding') !== '') throw unsupported('Send the body uncompressed.');
}

function unsupported(detail: string): AioError {
  return new AioError('unsupported_media_type', detail);
}

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
