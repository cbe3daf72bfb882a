import { Type } from 'typebox';
import { Nullable } from '../../http/common-schema.ts';

const Share = Type.Number({ description: 'Between 0 and 1.' });

export const MonthQuery = Type.Object({
  month: Type.Optional(
    Type.String({
      pattern: '^20\\d{2}-(?:0[1-9]|1[0-2])$',
      description: 'In UTC, e.g. `2026-11`. Default: the current month.',
    }),
  ),
});

const DaySchema = Type.Object(
  {
    day: Type.String({ description: 'In UTC, e.g. `2026-11-03`.' }),
    measured: Nullable(
      Type.Number({
        description: 'Measured share of the elapsed day; null = the day has not started.',
      }),
    ),
    events: Type.Number(),
    badEvents: Type.Number(),
    reached: Nullable(Type.Number({ description: 'Share of good events; null = no events.' })),
  },
  { title: 'ObjectiveDay', additionalProperties: false },
);

const ObjectiveSchema = Type.Object(
  {
    key: Type.String(),
    title: Type.String(),
    description: Type.String({ description: 'Which events count as good.' }),
    objective: Share,
    events: Type.Number(),
    badEvents: Type.Number(),
    reached: Nullable(Share),
    budgetUsed: Nullable(
      Type.Number({
        description: 'Used share of the error budget; null = the budget allows no bad event.',
      }),
    ),
    worstDay: Nullable(DaySchema),
    days: Type.Array(DaySchema),
  },
  { title: 'ObjectiveMonth', additionalProperties: false },
);

export const MonthReportSchema = Type.Object(
  {
    month: Type.String(),
    isOver: Type.Boolean(),
    measured: Type.Number({
      description: 'Measured share of the elapsed month. The rest counts as neither good nor bad.',
    }),
    objectives: Type.Array(ObjectiveSchema),
  },
  { title: 'MonthReport', additionalProperties: false },
);
