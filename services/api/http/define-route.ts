import type { Span } from '@opentelemetry/api';
import type { Static, TObject, TSchema } from 'typebox';
import type { AuditActor } from '@aio/platform/queries/audit-log';
import type { Principal } from '../auth/principal.ts';
import { MAX_PAGE_SIZE } from './common-schema.ts';
import type { Reply, Responses } from './reply.ts';

/** A JSON body. The handler gets the validated value. */
export interface JsonBody<Schema extends TSchema = TSchema> {
  as: 'json';
  schema: Schema;
  maxBytes: number;
  /** false = no body means `{}`. */
  required: boolean;
}

/** A body that the handler gets as text and parses. `schema` is only for the documentation. */
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

export type BodySpec = JsonBody | SourceBody;

type BodyOf<Body> =
  Body extends JsonBody<infer Schema>
    ? Static<Schema>
    : Body extends SourceBody
      ? Source
      : undefined;

type PartOf<Part> = Part extends TObject ? Static<Part> : Record<string, never>;

/** A request that matches its route's schemas. */
export interface RouteRequest<Params, Query, Headers, Body> {
  params: PartOf<Params>;
  query: PartOf<Query>;
  headers: PartOf<Headers>;
  body: BodyOf<Body>;
  /** The caller. Throws in routes without login. */
  readonly principal: Principal;
  /** The caller and its address, for the audit log. Throws in routes without login. */
  readonly actor: AuditActor;
  /** The same for a caller whom this request authenticates. */
  actorAs(who: Pick<Principal, 'subject' | 'name' | 'via'>): AuditActor;
  /** The server span, for attributes that only the handler knows. */
  span: Span;
  /** Aborted when the answer has been sent, the client has left, or its token or session has ended. */
  signal: AbortSignal;
}

/** The most that one answer has, whatever the stored data: `answerWith` refuses to send more. */
export interface Bound {
  /** Elements of its longest list. */
  rows: number;
  bytes: number;
}

export const MB = 1024 * 1024;
/** One object, or a list whose length nobody chooses. */
export const SMALL: Bound = { rows: 100, bytes: 256 * 1024 };
/** A page of a list. */
export const PAGE: Bound = { rows: MAX_PAGE_SIZE, bytes: 8 * MB };
/** One event of a stream, which has no end. */
export const EVENT: Bound = { rows: 1, bytes: 256 * 1024 };
/** A document that is the same for all callers. */
export const DOCUMENT: Bound = { rows: 0, bytes: 2 * MB };

/** Requests that only read state what their answer has at most. */
type Reads =
  | { method: 'GET'; atMost: Bound }
  | { method: 'POST' | 'PUT' | 'DELETE'; atMost?: never };

interface Common<
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
  /** Template as in OpenAPI, e.g. `/runs/{id}`. It names the route in metrics and spans. */
  path: string;
  params?: Params;
  query?: Query;
  /** Names in lower case. The route ignores other headers. */
  headers?: Headers;
  body?: Body;
  responses: R;
  handler(request: RouteRequest<Params, Query, Headers, Body>): Promise<Reply<R>> | Reply<R>;
}

export type RouteSpec<
  Params extends TObject | undefined = undefined,
  Query extends TObject | undefined = undefined,
  Headers extends TObject | undefined = undefined,
  Body extends BodySpec | undefined = undefined,
  R extends Responses = Responses,
> = Common<Params, Query, Headers, Body, R> & Reads;

/** A route without the types of its request, for the router and the OpenAPI document. */
export type Route = Omit<Common, 'params' | 'query' | 'headers' | 'body' | 'handler'> & {
  params?: TObject | undefined;
  query?: TObject | undefined;
  headers?: TObject | undefined;
  body?: BodySpec | undefined;
  handler(request: RouteRequest<TObject, TObject, TObject, BodySpec>): Promise<AnyReply> | AnyReply;
} & Reads;

export interface AnyReply {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

/** Defines a route. Its schemas validate requests, type the handler and describe the route in OpenAPI. */
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

export function sourceBody(schema: TSchema, maxBytes: number): SourceBody {
  return { as: 'source', schema, maxBytes, required: true };
}
