import { Type } from 'typebox';
import { Id, Nullable, OneOf, Time } from '../http/common-schema.ts';

export const EpochSeconds = Type.Number({ description: 'Seconds since 1970.' });

export const LabelSet = Type.Record(Type.String(), Type.String());

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
  description: 'Maximum number of points per series. There is at most one per scrape.',
});

export const USUAL_POINTS = 500;

export const ExemplarSchema = Type.Object(
  {
    at: EpochSeconds,
    value: Type.Number(),
    labels: LabelSet,
    traceId: Nullable(Type.String()),
    traceUrl: Nullable(Type.String({ description: 'Link to the trace.' })),
    runId: Nullable(Id),
  },
  { title: 'Exemplar', additionalProperties: false },
);

export const TargetDataSchema = Type.Object(
  {
    refId: Type.String(),
    promql: Type.String({ description: 'The query as sent to Prometheus.' }),
    at: Type.Array(EpochSeconds, { description: 'Times of the values of each series.' }),
    series: Type.Array(
      Type.Object(
        {
          legend: Type.String(),
          labels: LabelSet,
          values: Type.Array(Type.Union([Type.Number(), OneOf(['+Inf', '-Inf']), Type.Null()]), {
            description: 'One value per time; null = no sample.',
          }),
        },
        { additionalProperties: false },
      ),
    ),
    leftOut: Type.Integer({ description: 'Number of series that are left out.' }),
    note: Nullable(
      Type.String({ description: 'Note for the reader about series that are left out.' }),
    ),
    exemplars: Type.Array(ExemplarSchema),
  },
  { title: 'TargetData', additionalProperties: false },
);

export const QueryDataSchema = Type.Object(
  {
    stepSeconds: Type.Number(),
    targets: Type.Array(TargetDataSchema),
  },
  { title: 'QueryData', additionalProperties: false },
);
