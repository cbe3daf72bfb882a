import { Readable } from 'node:stream';
import type { TObject } from 'typebox';
import { compileSchema } from '@aio/core/json/schema-validator';
import { AioError, ValidationError, type Fault } from '@aio/core/errors';
import { writeJson } from '@aio/core/json/json-text';
import { bodyReader } from './body-reader.ts';
import { below } from './problems.ts';
import type { AnyReply, Route } from './define-route.ts';
import { CODINGS, FixedDocument } from './fixed-document.ts';
import { lifetimeOf } from './lifetime.ts';
import { readQuery, readValue } from './read-query.ts';
import { actorOf, type Principal } from '../auth/principal.ts';
import type { RequestContext } from './request-state.ts';

/**
 * The middleware of one route: checks the request, calls the handler, sends its reply. An invalid
 * path is 404 whatever else is wrong. The body comes last, because the other checks cost less.
 */
export function answerWith(route: Route): (ctx: RequestContext) => Promise<void> {
  const { params: paramsSchema, query: querySchema, headers: headersSchema } = route;
  const checkParams = checkerOf(paramsSchema, '/path');
  const checkQuery = checkerOf(querySchema, '/query');
  const checkHeaders = checkerOf(headersSchema, '/headers');
  const readRequestBody = bodyReader(route.body);
  const mediaTypes = mediaTypesOf(route);

  return async (ctx) => {
    const params = readParams(ctx['params'] as Record<string, string>, paramsSchema);
    const badParams = checkParams(params);
    if (badParams.length > 0) {
      // A PUT creates the object that its path names.
      if (route.method === 'PUT')
        throw new ValidationError('The path does not match the schema.', badParams);
      throw new AioError('not_found', 'No object has this id.');
    }
    if (ctx.accepts(...mediaTypes) === false) {
      throw new AioError('not_acceptable', `This route answers with ${mediaTypes.join(' or ')}.`);
    }
    const query = readQuery(ctx.querystring, querySchema);
    const headers = pickHeaders(ctx, headersSchema);
    const faults = [...checkQuery(query), ...checkHeaders(headers)];
    if (faults.length > 0) {
      throw new ValidationError(
        'The query or headers do not match the schema.',
        faults,
        'bad_request',
      );
    }
    const body = await readRequestBody(ctx);
    let lifetime: AbortSignal | undefined;
    const request = {
      params,
      query,
      headers,
      body,
      span: ctx.state.span,
      get principal() {
        return requirePrincipal(ctx);
      },
      get actor() {
        return actorOf(route.id, requirePrincipal(ctx), ctx);
      },
      actorAs: (who: Pick<Principal, 'subject' | 'name' | 'via'>) => actorOf(route.id, who, ctx),
      get signal() {
        return (lifetime ??= lifetimeOf(ctx));
      },
    };
    const reply = await route.handler(request as never);
    await fill(ctx, route, reply);
  };
}

function checkerOf(schema: TObject | undefined, pointer: string): (value: unknown) => Fault[] {
  if (schema === undefined) return () => [];
  const validate = compileSchema(schema);
  return (value) => below(pointer, validate(value));
}

/** Media types of a route's responses. Problem details are sent whatever the client accepts. */
function mediaTypesOf(route: Route): string[] {
  const mediaTypes = Object.values(route.responses).map((response) => response.mediaType);
  return [...new Set(mediaTypes.filter((mediaType) => mediaType !== ''))];
}

function readParams(texts: Record<string, string>, schema: TObject | undefined) {
  if (schema === undefined) return {};
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, readValue(text, schema.properties[name])]),
  );
}

function pickHeaders(ctx: RequestContext, schema: TObject | undefined): Record<string, string> {
  const names = Object.keys(schema?.properties ?? {});
  return Object.fromEntries(
    names.filter((name) => name in ctx.headers).map((name) => [name, ctx.get(name)]),
  );
}

function requirePrincipal({ state }: RequestContext): Principal {
  if (state.principal !== undefined) return state.principal;
  throw new Error('The handler of a route without login reads the principal.');
}

async function fill(ctx: RequestContext, route: Route, reply: AnyReply): Promise<void> {
  const mediaType = route.responses[reply.status]?.mediaType ?? 'application/json';
  ctx.status = reply.status;
  ctx.set(reply.headers ?? {});
  if (reply.body === undefined) {
    // Without a body, Koa writes the name of the status.
    if (reply.status !== 204) ctx.body = '';
    return;
  }
  ctx.set('Content-Type', mediaType === 'text/html' ? 'text/html; charset=utf-8' : mediaType);
  if (reply.body instanceof FixedDocument) return handOut(ctx, reply.body);
  const isText = !mediaType.endsWith('json') || reply.body instanceof Readable;
  ctx.body = isText ? reply.body : writeBounded(route, reply.body);
}

/** @throws Error if the answer is longer than its route says: a fault of the route, which no caller can mend */
function writeBounded({ id, atMost }: Route, body: unknown): string {
  const text = writeJson(body);
  if (atMost === undefined) return text;
  const bytes = Buffer.byteLength(text);
  const rows = longestListOf(body);
  if (rows > atMost.rows || bytes > atMost.bytes)
    throw new Error(
      `The answer of ${id} has ${rows} rows and ${bytes} bytes, above the ${atMost.rows} and ${atMost.bytes} of its route.`,
    );
  return text;
}

/** The length of the answer, or of the longest of its lists. */
function longestListOf(body: unknown): number {
  if (Array.isArray(body)) return body.length;
  const lists = Object.values(body ?? {}).filter((value) => Array.isArray(value));
  return Math.max(0, ...lists.map(({ length }) => length));
}

/** Sends the document, or 304 if the client has this version. */
async function handOut(ctx: RequestContext, document: FixedDocument): Promise<void> {
  ctx.etag = document.etag;
  // The client may keep a copy, but asks each time whether it is current.
  ctx.set('Cache-Control', 'no-cache');
  if (ctx.fresh) {
    ctx.status = 304;
    return;
  }
  const coding = CODINGS.find((one) => ctx.acceptsEncodings(one) === one) ?? null;
  if (coding !== null) ctx.set('Content-Encoding', coding);
  ctx.body = await document.bytes(coding);
}
