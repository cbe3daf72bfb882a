import { Type } from 'typebox';
import { Nullable } from '../../http/common-schema.ts';

const Share = Type.Number({ description: 'Between 0 and 1.' });

export const MonthQuery = Type.Object({
  month: Type.Optional(
    Type.String({
      pattern: '^20\\d{2}-(?:0[1-9]|1[0-2])$',
      description: 'In UTC, e.g. `2026-11`; by default the one that it is.',
    }),
  ),
});

const DaySchema = Type.Object(
  {
    day: Type.String({ description: 'In UTC, e.g. `2026-11-03`.' }),
    measured: Nullable(
      Type.Number({
        description:
          'Of the time of the day that has passed, the share that was measured; null = it has not begun.',
      }),
    ),
    events: Type.Number(),
    badEvents: Type.Number(),
    reached: Nullable(
      Type.Number({ description: 'Share of events that were good; null = there were none.' }),
    ),
  },
  { title: 'ObjectiveDay', additionalProperties: false },
);

const ObjectiveSchema = Type.Object(
  {
    key: Type.String(),
    title: Type.String(),
    description: Type.String({ description: 'What counts as good.' }),
    objective: Share,
    events: Type.Number(),
    badEvents: Type.Number(),
    reached: Nullable(Share),
    budgetUsed: Nullable(
      Type.Number({
        description:
          'Of the bad events that so many events allow, the share that happened; null = they allow not even one.',
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
      description:
        'Of the time of the month that has passed, the share that was measured. The rest counts as neither good nor bad.',
    }),
    objectives: Type.Array(ObjectiveSchema),
  },
  { title: 'MonthReport', additionalProperties: false },
);
