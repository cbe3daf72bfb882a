import type { Readable } from 'node:stream';
import type { Static, TSchema } from 'typebox';
import type { FixedDocument } from './fixed-document.ts';

/** One possible response of a route. */
export interface ResponseSpec<Schema extends TSchema = TSchema, Body = Static<Schema>> {
  description: string;
  mediaType: string;
  schema: Schema;
  headers?: Record<string, string>;
  /** Only a type: absent at run time. */
  readonly bodyType?: Body;
}

export type Responses = Record<number, ResponseSpec<TSchema, unknown>>;

/** A handler returns one of the responses that its route declares. */
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

/** JSON text from a stream. */
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

/** Two responses: the document, or 304 if the client's copy is current. */
export function fixedDocument<Schema extends TSchema>(
  description: string,
  mediaType: 'application/json' | 'text/html',
  schema: Schema,
): { 200: ResponseSpec<Schema, FixedDocument>; 304: ResponseSpec<TSchema, undefined> } {
  const headers = { ETag: 'Send it as `If-None-Match` with the next request.' };
  return {
    200: { description, mediaType, schema, headers },
    304: empty('Your copy is current: `If-None-Match` names its ETag.'),
  };
}

export function empty(
  description: string,
  headers?: Record<string, string>,
): ResponseSpec<TSchema, undefined> {
  return { description, mediaType: '', schema: {}, ...(headers && { headers }) };
}

/** A response. Its status keeps its literal type, so TypeScript checks it against the route. */
export function reply<const Status extends number, Body>(
  status: Status,
  body: Body,
  headers?: Record<string, string>,
): { status: Status; body: Body; headers?: Record<string, string> } {
  return { status, body, ...(headers && { headers }) };
}
