import type { Readable } from 'node:stream';
import type { Static, TSchema } from 'typebox';

/** One possible answer of a route: what it holds, and as which media type. */
export interface ResponseSpec<Schema extends TSchema = TSchema, Body = Static<Schema>> {
  description: string;
  mediaType: string;
  schema: Schema;
  headers?: Record<string, string>;
  /** Type of the body a handler returns; never present at run time. */
  readonly bodyType?: Body;
}

export type Responses = Record<number, ResponseSpec<TSchema, unknown>>;

/** What a handler returns: one of the answers its route declares. */
export type Reply<R extends Responses> = {
  [Status in keyof R]: {
    status: Status;
    body: R[Status] extends ResponseSpec<TSchema, infer Body> ? Body : never;
    headers?: Record<string, string>;
  };
}[keyof R];

export function json<Schema extends TSchema>(
  description: string,
  schema: Schema,
  headers?: Record<string, string>,
): ResponseSpec<Schema> {
  return { description, mediaType: 'application/json', schema, ...(headers && { headers }) };
}

/** `schema` describes the `data` of one event. */
export function eventStream<Schema extends TSchema>(
  description: string,
  schema: Schema,
): ResponseSpec<Schema, Readable> {
  return { description, mediaType: 'text/event-stream', schema };
}

export function page<Schema extends TSchema>(
  description: string,
  schema: Schema,
): ResponseSpec<Schema, string> {
  return { description, mediaType: 'text/html', schema };
}

/** No body at all. */
export function empty(
  description: string,
  headers?: Record<string, string>,
): ResponseSpec<TSchema, undefined> {
  return { description, mediaType: '', schema: {}, ...(headers && { headers }) };
}

/** An answer; its status keeps its literal type, by which it is checked against the route. */
export function reply<const Status extends number, Body>(
  status: Status,
  body: Body,
  headers?: Record<string, string>,
): { status: Status; body: Body; headers?: Record<string, string> } {
  return { status, body, ...(headers && { headers }) };
}
