import type { TObject } from 'typebox';
import { compileSchema } from '@aio/core/json/schema-validator';
import { AioError, ValidationError, type Fault } from '@aio/core/errors';
import { bodyReader } from './body-reader.ts';
import { below } from './fault-pointer.ts';
import type { AnyReply, Route } from './define-route.ts';
import { readQuery } from './read-query.ts';
import { readValue } from './read-value.ts';
import type { RequestContext } from './request-state.ts';

/**
 * The middleware of one route: checks what came, calls the handler, sends what it returned.
 * Order matters to a client: a path that names nothing is 404 whatever else is wrong with it, and
 * a body is read only when all that is cheaper to check has passed.
 */
export function answerWith(route: Route): (ctx: RequestContext) => Promise<void> {
  const { params: paramsSchema, query: querySchema, headers: headersSchema } = route;
  const checkParams = checkerOf(paramsSchema, '/path');
  const checkQuery = checkerOf(querySchema, '/query');
  const checkHeaders = checkerOf(headersSchema, '/headers');
  const readRequestBody = bodyReader(route.body);
  const mediaTypes = mediaTypesOf(route);

  return async (ctx) => {
    ctx.state.route = route.path;
    const params = readParams(ctx['params'] as Record<string, string>, paramsSchema);
    const badParams = checkParams(params);
    if (badParams.length > 0) {
      // A PUT makes what its path names.
      if (route.method === 'PUT')
        throw new ValidationError('The path breaks the schema.', badParams);
      throw new AioError('not_found', 'Nothing has this id.');
    }
    if (ctx.accepts(...mediaTypes) === false) {
      throw new AioError('not_acceptable', `This route answers with ${mediaTypes.join(' or ')}.`);
    }
    const query = readQuery(ctx.querystring, querySchema);
    const headers = pickHeaders(ctx, headersSchema);
    const faults = [...checkQuery(query), ...checkHeaders(headers)];
    if (faults.length > 0) {
      throw new ValidationError('Query or headers break the schema.', faults, 'bad_request');
    }
    const body = await readRequestBody(ctx);
    const request = {
      params,
      query,
      headers,
      body,
      span: ctx.state.span,
      get signal() {
        return abortedWhenGone(ctx);
      },
    };
    send(ctx, route, await route.handler(request as never));
  };
}

function checkerOf(schema: TObject | undefined, pointer: string): (value: unknown) => Fault[] {
  if (schema === undefined) return () => [];
  const validate = compileSchema(schema);
  return (value) => below(pointer, validate(value));
}

/** What a route's answers can be; a problem comes as it is, asked for or not. */
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

function abortedWhenGone(ctx: RequestContext): AbortSignal {
  const gone = new AbortController();
  ctx.res.once('close', () => gone.abort());
  return gone.signal;
}

function send(ctx: RequestContext, route: Route, reply: AnyReply): void {
  const mediaType = route.responses[reply.status]?.mediaType ?? 'application/json';
  ctx.status = reply.status;
  ctx.set(reply.headers ?? {});
  if (reply.body === undefined) return;
  ctx.set('Content-Type', mediaType === 'text/html' ? 'text/html; charset=utf-8' : mediaType);
  ctx.body = mediaType.endsWith('json') ? JSON.stringify(reply.body) : reply.body;
}
