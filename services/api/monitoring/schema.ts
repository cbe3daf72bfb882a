import { Type } from 'typebox';
import { Id, Nullable, OneOf, Time } from '../http/common-schema.ts';

/** Seconds since 1970, as Prometheus has them. */
export const EpochSeconds = Type.Number({ description: 'Seconds since 1970.' });

export const LabelSet = Type.Record(Type.String(), Type.String());

/** From and to in a query. */
export const TimeSpanQuery = Type.Object(
  {
    from: Type.Optional(Time),
    to: Type.Optional(Time),
  },
  { additionalProperties: false },
);

export const Points = Type.Integer({
  minimum: 1,
  maximum: 1000,
  default: 500,
  description: 'Points of a series at most; there is never more than one for each scrape.',
});

export const USUAL_POINTS = 500;

export const ExemplarSchema = Type.Object(
  {
    at: EpochSeconds,
    value: Type.Number(),
    labels: LabelSet,
    traceId: Nullable(Type.String()),
    traceUrl: Nullable(Type.String({ description: 'Where the trace can be looked at.' })),
    runId: Nullable(Id),
  },
  { title: 'Exemplar', additionalProperties: false },
);

export const TargetDataSchema = Type.Object(
  {
    refId: Type.String(),
    promql: Type.String({ description: 'As Prometheus was asked, to be copied.' }),
    at: Type.Array(EpochSeconds, { description: 'The times of the values of every series.' }),
    series: Type.Array(
      Type.Object(
        {
          legend: Type.String(),
          labels: LabelSet,
          values: Type.Array(Type.Union([Type.Number(), OneOf(['+Inf', '-Inf']), Type.Null()]), {
            description: 'One for each time; null = no sample.',
          }),
        },
        { additionalProperties: false },
      ),
    ),
    leftOut: Type.Integer({ description: 'Series that the answer is too large for.' }),
    note: Nullable(Type.String({ description: 'What a reader has to know of what is left out.' })),
    exemplars: Type.Array(ExemplarSchema),
  },
  { title: 'TargetData', additionalProperties: false },
);

export const QueryDataSchema = Type.Object(
  { stepSeconds: Type.Number(), targets: Type.Array(TargetDataSchema) },
  { title: 'QueryData', additionalProperties: false },
);
