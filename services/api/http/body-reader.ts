import { AioError, ValidationError } from '@aio/core/errors';
import type { BodySpec, Source } from './define-route.ts';
import { BodyError, readBody } from '@aio/http/read-body';
import { parseJson } from '@aio/core/json/parse-json';
import { compileSchema } from '@aio/core/json/schema-validator';
import { findUnstorableText } from '@aio/core/text/unstorable-text';
import type { RequestContext } from './request-state.ts';
import type { IncomingMessage } from 'node:http';

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
      return { mediaType, text: await readText(ctx.req, spec.maxBytes) };
    };
  }
  const validate = compileSchema(spec.schema);
  return async (ctx) => {
    if (!spec.required && !hasBody(ctx)) return {};
    requireMediaType(ctx, ['application/json']);
    const text = await readText(ctx.req, spec.maxBytes);
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

const CODES = {
  too_large: 'too_large',
  incomplete: 'bad_request',
  not_utf8: 'bad_request',
} as const;

/** @throws AioError `too_large`, `bad_request` (it ended early, or is not UTF-8) */
async function readText(request: IncomingMessage, maxBytes: number): Promise<string> {
  try {
    return await readBody(request, maxBytes);
  } catch (error) {
    if (!(error instanceof BodyError)) throw error;
    throw new AioError(CODES[error.reason], error.message, { cause: error });
  }
}
