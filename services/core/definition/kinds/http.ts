import { Type } from 'typebox';
import { defineKind } from './kind.ts';

export const http = defineKind({
  kind: 'http',
  description: 'Sends one HTTP request. Output: {status, headers, body}. Any non-2xx fails.',
  lane: 'http',
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
        Type.Record(Type.String(), Type.String(), { description: 'Request headers.' }),
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
});
