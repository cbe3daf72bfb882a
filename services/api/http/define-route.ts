import type { Span } from '@opentelemetry/api';
import type { Static, TObject, TSchema } from 'typebox';
import type { AuditActor } from '@aio/platform/queries/audit-log';
import type { Principal } from '../auth/principal.ts';
import type { Reply, Responses } from './reply.ts';

/** A JSON body, parsed and validated before the handler sees it. */
export interface JsonBody<Schema extends TSchema = TSchema> {
  as: 'json';
  schema: Schema;
  maxBytes: number;
  /** false = a request without a body is the same as one with `{}`. */
  required: boolean;
}

/** A body that the handler parses itself, handed on as text. `schema` is for the documentation. */
export interface SourceBody {
  as: 'source';
  schema: TSchema;
  maxBytes: number;
  required: true;
}

export interface Source {
  text: string;
  mediaType: 'application/json' | 'application/yaml';
}

/** Fields of an HTML form, which the OpenID protocol sends. */
export interface FormBody<Schema extends TObject = TObject> {
  as: 'form';
  schema: Schema;
  maxBytes: number;
  required: true;
}

export type BodySpec = JsonBody | SourceBody | FormBody;

type BodyOf<Body> =
  Body extends JsonBody<infer Schema>
    ? Static<Schema>
    : Body extends FormBody<infer Schema>
      ? Static<Schema>
      : Body extends SourceBody
        ? Source
        : undefined;

type PartOf<Part> = Part extends TObject ? Static<Part> : Record<string, never>;

/** A request that fits its route's schemas. Nothing in it is unchecked. */
export interface RouteRequest<Params, Query, Headers, Body> {
  params: PartOf<Params>;
  query: PartOf<Query>;
  headers: PartOf<Headers>;
  body: BodyOf<Body>;
  /** Who asks. Of a route that is open to all it throws: nobody has been asked. */
  readonly principal: Principal;
  /** Them, and from where, as the audit log wants it with every change. Throws likewise. */
  readonly actor: AuditActor;
  /** The same for somebody who has become known by this request. */
  actorAs(who: Pick<Principal, 'subject' | 'name' | 'via'>): AuditActor;
  /** The server span: what a handler knows of the request may be added to it. */
  span: Span;
  /** Aborted when the client goes away. */
  signal: AbortSignal;
}

export interface RouteSpec<
  Params extends TObject | undefined = undefined,
  Query extends TObject | undefined = undefined,
  Headers extends TObject | undefined = undefined,
  Body extends BodySpec | undefined = undefined,
  R extends Responses = Responses,
> {
  /** Name of the operation in the OpenAPI document. */
  id: string;
  tag: string;
  summary: string;
  description?: string;
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Template as in OpenAPI, e.g. `/runs/{id}`: the route's name in metrics and spans too. */
  path: string;
  params?: Params;
  query?: Query;
  /** Names in lower case. Other headers are not looked at. */
  headers?: Headers;
  body?: Body;
  responses: R;
  handler(request: RouteRequest<Params, Query, Headers, Body>): Promise<Reply<R>> | Reply<R>;
}

/** Any route, its types forgotten: what the router and the OpenAPI document read. */
export type Route = Omit<RouteSpec, 'params' | 'query' | 'headers' | 'body' | 'handler'> & {
  params?: TObject | undefined;
  query?: TObject | undefined;
  headers?: TObject | undefined;
  body?: BodySpec | undefined;
  handler(request: RouteRequest<TObject, TObject, TObject, BodySpec>): Promise<AnyReply> | AnyReply;
};

export interface AnyReply {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

/**
 * The one way to a route. The schemas validate requests, type the handler and make the OpenAPI
 * document, so that none of the three can say something else than the others.
 */
export function defineRoute<
  R extends Responses,
  Params extends TObject | undefined = undefined,
  Query extends TObject | undefined = undefined,
  Headers extends TObject | undefined = undefined,
  Body extends BodySpec | undefined = undefined,
>(spec: RouteSpec<Params, Query, Headers, Body, R>): Route {
  return spec as unknown as Route;
}

export function jsonBody<Schema extends TSchema>(
  schema: Schema,
  options: { maxBytes?: number; required?: boolean } = {},
): JsonBody<Schema> {
  return {
    as: 'json',
    schema,
    maxBytes: options.maxBytes ?? 64 * 1024,
    required: options.required ?? true,
  };
}

export function formBody<Schema extends TObject>(schema: Schema): FormBody<Schema> {
  return { as: 'form', schema, maxBytes: 16 * 1024, required: true };
}

export function sourceBody(schema: TSchema, maxBytes: number): SourceBody {
  return { as: 'source', schema, maxBytes, required: true };
}
