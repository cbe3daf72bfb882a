import { Type } from 'typebox';
import { Milliseconds, Nullable, OneOf } from '../../http/common-schema.ts';

const Attributes = Type.Record(Type.String(), Type.Unknown());

export const SpanSchema = Type.Object(
  {
    id: Type.String(),
    parentId: Nullable(
      Type.String({
        description: '`spans` may lack the parent: it is still open, or was not sent.',
      }),
    ),
    name: Type.String(),
    kind: OneOf(['internal', 'server', 'client', 'producer', 'consumer']),
    service: Type.String({ description: '`service.name`' }),
    startMs: Type.Number({ description: 'Milliseconds since 1970, to the microsecond.' }),
    durationMs: Milliseconds,
    status: OneOf(['unset', 'ok', 'error']),
    runId: Nullable(Type.String()),
    step: Nullable(Type.String()),
    iteration: Nullable(Type.Integer()),
    attributes: Attributes,
    links: Type.Array(Type.Object({ traceId: Type.String(), spanId: Type.String() })),
    events: Type.Array(Type.Object({ name: Type.String(), attributes: Attributes })),
  },
  { title: 'Span', additionalProperties: false },
);

export const RunTraceSchema = Type.Object(
  {
    traceId: Nullable(Type.String()),
    traceUrl: Nullable(Type.String({ format: 'uri' })),
    missing: Nullable(OneOf(['not_configured', 'elsewhere', 'not_sampled', 'not_there', 'gone'])),
    receiver: Nullable(
      Type.String({
        description:
          'Host to which the API sends spans. `elsewhere`: JAEGER_QUERY_URL does not say where to read them.',
      }),
    ),
    isCut: Type.Boolean({
      description: 'Whether the trace is longer than one read, so spans may be missing.',
    }),
    spans: Type.Array(SpanSchema),
  },
  { title: 'RunTrace', additionalProperties: false },
);
