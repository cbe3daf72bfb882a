import { Type } from 'typebox';
import { Nullable, OneOf, Time } from '../../http/common-schema.ts';
import { LabelSet } from '../../monitoring/schema.ts';

export const AlertParams = Type.Object({ name: Type.String({ pattern: '^[A-Za-z]{1,64}$' }) });

const State = OneOf(['firing', 'pending', 'inactive']);

export const ListAlertsQuery = Type.Object(
  { state: Type.Optional(State) },
  { additionalProperties: false },
);

const SilenceSchema = Type.Object(
  { id: Type.String(), createdBy: Type.String(), comment: Type.String(), endsAt: Time },
  { title: 'Silence', additionalProperties: false },
);

export const AlertSchema = Type.Object(
  {
    name: Type.String(),
    group: Type.String(),
    severity: Type.String({
      description: '`page` = act now, `ticket` = act in working hours, `none` = for machines.',
    }),
    state: State,
    value: Nullable(
      Type.Number({ description: 'Value of the query; null = none, or not finite.' }),
    ),
    since: Nullable(
      Type.String({ format: 'date-time', description: 'Since when the condition holds.' }),
    ),
    endedAt: Nullable(
      Type.String({
        format: 'date-time',
        description:
          'Since when the condition holds no more, though the alert still fires. If inactive: when it last fired, within a day.',
      }),
    ),
    summary: Nullable(Type.String({ description: 'Contains the value; null = inactive.' })),
    description: Nullable(Type.String()),
    whyNow: Nullable(
      Type.String({ description: 'Of a page: why a person must get up now instead of tomorrow.' }),
    ),
    examples: Nullable(
      Type.String({ description: 'Path of a page of the web UI: runs to look at.' }),
    ),
    labels: LabelSet,
    query: Type.String({ description: 'PromQL. Each series of its result is an alert.' }),
    forSeconds: Type.Number({
      description: 'How long the condition must hold before the alert fires.',
    }),
    ruleError: Nullable(
      Type.String({ description: 'Why Prometheus could not evaluate the rule.' }),
    ),
    hasRunbook: Type.Boolean(),
    panel: Nullable(
      Type.Object(
        { uid: Type.String(), id: Type.Integer(), title: Type.String() },
        { description: 'Panel that shows the cause.', additionalProperties: false },
      ),
    ),
    silences: Type.Array(SilenceSchema),
    isInhibited: Type.Boolean({
      description: 'true = Alertmanager sends another alert, the cause, instead.',
    }),
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
  { alert: Type.String(), markdown: Type.String() },
  { title: 'Runbook', additionalProperties: false },
);
