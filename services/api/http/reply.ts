import type { Readable } from 'node:stream';
import type { Static, TSchema } from 'typebox';
import type { FixedDocument } from './fixed-document.ts';

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

/** JSON text from a stream, sent as it comes. */
export function jsonStream<Schema extends TSchema>(
  description: string,
  schema: Schema,
  headers: Record<string, string>,
): ResponseSpec<Schema, Readable> {
  return { description, mediaType: 'application/json', schema, headers };
}

/** `schema` describes the `data` of one event. */
export function eventStream<Schema extends TSchema>(
  description: string,
  schema: Schema,
): ResponseSpec<Schema, Readable> {
  return { description, mediaType: 'text/event-stream', schema };
}

/** Two answers: the document, and that the client's copy of it is as it was. */
export function fixedDocument<Schema extends TSchema>(
  description: string,
  mediaType: 'application/json' | 'text/html',
  schema: Schema,
): { 200: ResponseSpec<Schema, FixedDocument>; 304: ResponseSpec<TSchema, undefined> } {
  const headers = { ETag: 'Send it as `If-None-Match` the next time.' };
  return {
    200: { description, mediaType, schema, headers },
    304: empty('It is as it was: the ETag is among those of `If-None-Match`.'),
  };
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
