import { Type } from 'typebox';
import { Nullable, OneOf, Time } from '../../http/common-schema.ts';
import { LabelSet, Points } from '../../monitoring/schema.ts';

export const AlertParams = Type.Object({ name: Type.String({ pattern: '^[A-Za-z]{1,64}$' }) });

const SilenceSchema = Type.Object(
  { id: Type.String(), createdBy: Type.String(), comment: Type.String(), endsAt: Time },
  { title: 'Silence', additionalProperties: false },
);

export const AlertSchema = Type.Object(
  {
    name: Type.String(),
    group: Type.String(),
    severity: Type.String({
      description:
        '`page` wakes somebody, `ticket` waits for the morning, `none` is not for people.',
    }),
    state: OneOf(['firing', 'pending', 'inactive']),
    value: Nullable(
      Type.Number({ description: 'Of its query; null = none, or no finite number.' }),
    ),
    since: Nullable(
      Type.String({ format: 'date-time', description: 'Since when its condition holds.' }),
    ),
    summary: Nullable(Type.String({ description: 'With the value in it; null = it is inactive.' })),
    description: Nullable(Type.String()),
    labels: LabelSet,
    query: Type.String({ description: 'PromQL: it alerts for each series of it.' }),
    forSeconds: Type.Number({ description: 'How long the query has to have a series.' }),
    ruleError: Nullable(
      Type.String({ description: 'Why Prometheus could not evaluate the rule.' }),
    ),
    hasRunbook: Type.Boolean(),
    panel: Nullable(
      Type.Object(
        { uid: Type.String(), id: Type.Integer(), title: Type.String() },
        { description: 'Where the cause can be seen.', additionalProperties: false },
      ),
    ),
    silences: Type.Array(SilenceSchema),
    isInhibited: Type.Boolean({ description: 'Another alert is its cause and is sent instead.' }),
  },
  { title: 'Alert', additionalProperties: false },
);

export const AlertList = Type.Object(
  {
    alertmanager: OneOf(['none', 'ok', 'away']),
    items: Type.Array(AlertSchema),
  },
  { title: 'AlertList', additionalProperties: false },
);

export const RunbookSchema = Type.Object(
  {
    alert: Type.String(),
    markdown: Type.String(),
    queries: Type.Array(
      Type.Object(
        { number: Type.Integer(), promql: Type.String() },
        { additionalProperties: false },
      ),
      { description: 'The fenced blocks of PromQL of the page, from the top.' },
    ),
  },
  { title: 'Runbook', additionalProperties: false },
);

export const RunbookQuery = Type.Object(
  {
    query: Type.Integer({ minimum: 1, maximum: 1000, description: 'Its number.' }),
    from: Time,
    to: Time,
    points: Type.Optional(Points),
  },
  { title: 'RunbookQuery', additionalProperties: false },
);
