import { Type } from 'typebox';
import { WEB_ROUTES, WEB_VITALS } from '@aio/catalog/metrics/web-labels';
import { Nullable, OneOf, Text } from '../../http/common-schema.ts';

/** Browsers limit a request that outlives its page (`keepalive`) to 64 kB. */
export const MAX_SPANS = 64;
export const MAX_BODY_BYTES = 64 * 1024;
const MAX_VITALS = 100;
/** Milliseconds. */
const MAX_VITAL = 600_000;

const hex = (digits: number) => Type.String({ pattern: `^[0-9a-f]{${digits}}$` });
const Nanoseconds = Type.String({ pattern: '^[0-9]{1,20}$' });

const AttributeSchema = Type.Object(
  {
    key: Text(100),
    value: Type.Object({
      stringValue: Type.Optional(Text(1000)),
      boolValue: Type.Optional(Type.Boolean()),
      intValue: Type.Optional(
        Type.Union([Type.Integer(), Type.String({ pattern: '^-?[0-9]{1,19}$' })]),
      ),
      doubleValue: Type.Optional(Type.Number()),
    }),
  },
  { title: 'SpanAttribute' },
);

const SpanSchema = Type.Object(
  {
    traceId: hex(32),
    spanId: hex(16),
    parentSpanId: Type.Optional(hex(16)),
    name: Text(200),
    kind: Type.Integer({ minimum: 0, maximum: 5 }),
    startTimeUnixNano: Nanoseconds,
    endTimeUnixNano: Nanoseconds,
    attributes: Type.Optional(Type.Array(AttributeSchema, { maxItems: 20 })),
    status: Type.Optional(
      Type.Object({ code: Type.Optional(Type.Integer({ minimum: 0, maximum: 2 })) }),
    ),
  },
  { title: 'BrowserSpan' },
);

/** Accepts unknown fields, as OTLP requires. The API drops them. */
export const SpansBody = Type.Object(
  {
    resourceSpans: Type.Array(
      Type.Object({
        scopeSpans: Type.Array(
          Type.Object({
            scope: Type.Optional(Type.Object({ name: Type.Optional(Text(100)) })),
            spans: Type.Array(SpanSchema, { maxItems: MAX_SPANS }),
          }),
          { maxItems: 1 },
        ),
      }),
      { maxItems: 1 },
    ),
  },
  {
    title: 'BrowserSpans',
    description: 'ExportTraceServiceRequest of OTLP in JSON.',
  },
);

export const SpansAnswer = Type.Object(
  {
    partialSuccess: Type.Optional(
      Type.Object(
        { rejectedSpans: Type.Integer(), errorMessage: Type.String() },
        { additionalProperties: false },
      ),
    ),
  },
  { title: 'BrowserSpansAnswer', additionalProperties: false },
);

export const VitalsBody = Type.Object(
  {
    vitals: Type.Array(
      Type.Object(
        {
          name: OneOf(WEB_VITALS),
          route: OneOf(WEB_ROUTES),
          value: Type.Number({
            minimum: 0,
            maximum: MAX_VITAL,
            description: 'Milliseconds; for CLS the score.',
          }),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: MAX_VITALS },
    ),
  },
  { title: 'WebVitals', additionalProperties: false },
);

export const TelemetrySchema = Type.Object(
  {
    traces: Nullable(
      Type.Object(
        {
          ratio: Type.Number({
            minimum: 0,
            maximum: 1,
            description: 'Share of user actions to trace.',
          }),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { title: 'Telemetry', additionalProperties: false },
);
