/** The calendar in PromQL, in UTC. */
import { sum } from '@aio/slo/promql';
import { type Query, type Series } from '@aio/slo/query';

/** 1, with the number of the current month as label. */
const THIS_MONTH: Query<'month'> = { promql: 'count_values("month", month())', labels: ['month'] };

/** Figures with the current month as label. */
export function underItsMonth<L extends string>(query: Query<L>): Query<L | 'month'> {
  return {
    promql: `${query.promql} * on () group_left (month) ${THIS_MONTH.promql}`,
    labels: [...query.labels, 'month'],
    binds: 5,
  };
}

/** Sum of series since the first of this month. 31 days cannot contain the same month twice. */
export function sinceTheFirst(series: Series<string>): Query {
  const promql = `sum_over_time(${series.promql}[31d]) and on (month) ${THIS_MONTH.promql}`;
  return sum({ promql, labels: series.labels });
}

/** Minutes until the first of the next month. */
export const MINUTES_LEFT: Query = {
  promql: '((days_in_month() - day_of_month() + 1) * 1440 - time() % 86400 / 60)',
  labels: [],
};
