import { Type } from 'typebox';
import type { Fault } from '../../errors.ts';
import { escapePointer } from '../../json/pointer.ts';
import { defineKind } from './kind.ts';

/**
 * What the HTTP client writes by the address and the body, and what is for one connection alone (RFC 9110,
 * 7.6.1). A step that says `host` could ask another site than the one whose address was looked at.
 */
const CLIENT_HEADERS = [
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'proxy-connection',
  'upgrade',
  'te',
  'trailer',
  'expect',
  'http2-settings',
];

export const kind = defineKind({
  kind: 'http',
  description: 'Sends one HTTP request. Output: {status, headers, body}. Any non-2xx fails.',
  lane: 'http',
  slots: 64,
  waitsFor: null,
  expandsItems: false,
  withRequired: true,
  defaultTimeoutMs: 30_000,
  secretFields: ['headers', 'body'],
  literalFields: [],
  with: Type.Object(
    {
      url: Type.String({
        description: 'Absolute http or https address.',
        pattern: '^https?://[^\\s]+$',
        maxLength: 8_192,
      }),
      method: Type.Optional(
        Type.Enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'], {
          description: 'Default GET.',
        }),
      ),
      headers: Type.Optional(
        Type.Record(Type.String(), Type.String(), {
          description: `Request headers, but for ${CLIENT_HEADERS.join(', ')}.`,
        }),
      ),
      query: Type.Optional(
        Type.Record(
          Type.String(),
          Type.Unsafe<string | number | boolean>({ type: ['string', 'number', 'boolean'] }),
          { description: 'Added to the query of the address.' },
        ),
      ),
      body: Type.Optional(
        Type.Unknown({ description: 'A string is sent as it is, anything else as JSON.' }),
      ),
    },
    { additionalProperties: false },
  ),
  check: ({ headers }) => checkHeaders(headers),
});

/** Names are no templates; headers that one expression makes are looked at once it has made them. */
function checkHeaders(headers: unknown): Fault[] {
  if (typeof headers !== 'object' || headers === null) return [];
  return Object.keys(headers)
    .filter((name) => CLIENT_HEADERS.includes(name.trim().toLowerCase()))
    .map((name) => ({
      pointer: `/headers/${escapePointer(name)}`,
      rule: 'reserved_header',
      message: `a step cannot set the header ${name}`,
      hint: 'leave it out: it follows from the address, the body and the connection',
    }));
}
