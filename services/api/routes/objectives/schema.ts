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

export const BudgetSchema = Type.Object(
  {
    left: Nullable(
      Type.Number({
        description:
          'Share that is left, in steps of 0.001: 1 = nothing is spent, below 0 = overspent; null = too few events to say.',
      }),
    ),
    events: Type.Number({ description: 'Events of the last 30 days.' }),
    minEvents: Type.Integer({ description: 'Events from which on `left` is a number.' }),
    text: Type.String({ description: 'The same in words.' }),
  },
  { title: 'ErrorBudget', additionalProperties: false },
);
const Budget = Nullable(BudgetSchema);

export const BudgetList = Type.Object(
  {
    items: Type.Array(
      Type.Object(
        { key: Type.String(), title: Type.String(), budget: Budget },
        { additionalProperties: false },
      ),
    ),
  },
  { title: 'ErrorBudgetList', additionalProperties: false },
);

const ObjectiveSchema = Type.Object(
  {
    key: Type.String(),
    title: Type.String(),
    description: Type.String({ description: 'Which events count as good.' }),
    objective: Share,
    minEvents: Type.Integer({ description: 'Events from which on there is a verdict.' }),
    events: Type.Number(),
    badEvents: Type.Number(),
    reached: Nullable(Share),
    /** Of the 30 days until the end of the month, or until now; null = not measured. */
    budget: Budget,
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
