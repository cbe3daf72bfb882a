import { Type } from 'typebox';
import type { Fault } from '../../errors.ts';
import { escapePointer } from '../../json/pointer.ts';
import { defineKind } from './kind.ts';

/**
 * Headers that the HTTP client derives from the URL and the body, and hop-by-hop headers (RFC 9110,
 * 7.6.1). With `host`, a step could reach another site than the one whose address was checked.
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
  description:
    'Sends one HTTP request. Output: {status, headers, body}. Any status but 2xx fails the attempt.',
  lane: 'http',
  // With calls of 200 ms a worker executes 1.6 times the steps of 64 slots, and 256 slots would press harder on what it calls.
  slots: 128,
  waitsFor: null,
  expandsItems: false,
  withRequired: true,
  defaultTimeoutMs: 30_000,
  maxTimeout: '15m',
  secretFields: ['headers', 'body'],
  with: Type.Object(
    {
      url: Type.String({
        description: 'Absolute http or https URL.',
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
          description: `Request headers, except ${CLIENT_HEADERS.join(', ')}.`,
        }),
      ),
      query: Type.Optional(
        Type.Record(
          Type.String(),
          Type.Unsafe<string | number | boolean>({ type: ['string', 'number', 'boolean'] }),
          { description: 'Query parameters to add to the URL.' },
        ),
      ),
      body: Type.Optional(
        Type.Unknown({
          description: 'Request body: a string is sent unchanged, any other value as JSON.',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  check: ({ headers }) => checkHeaders(headers),
});

/** Names are not templates. Headers from one expression are checked after its evaluation. */
function checkHeaders(headers: unknown): Fault[] {
  if (typeof headers !== 'object' || headers === null) return [];
  return Object.keys(headers)
    .filter((name) => CLIENT_HEADERS.includes(name.trim().toLowerCase()))
    .map((name) => ({
      pointer: `/headers/${escapePointer(name)}`,
      rule: 'reserved_header',
      message: `a step cannot set the header ${name}`,
      hint: 'remove it: AIO derives it from the URL, the body and the connection',
    }));
}
