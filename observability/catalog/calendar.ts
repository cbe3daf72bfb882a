/** The calendar in PromQL, in UTC as Prometheus has it. */
import { type Query, type Series, sum } from './promql.ts';

/** The value 1 under the number of the month it is, as a label. */
const THIS_MONTH: Query<'month'> = { promql: 'count_values("month", month())', labels: ['month'] };

/** A figure under the month in which it is recorded. */
export function underItsMonth(query: Query): Query<'month'> {
  return {
    promql: `${THIS_MONTH.promql} * on () group_left () ${query.promql}`,
    labels: ['month'],
    binds: 5,
  };
}

/** What series of months have come to since the first of this month; 31 days hold no second month of its name. */
export function sinceTheFirst(series: Series<'month'>): Query {
  const promql = `sum_over_time(${series.promql}[31d]) and on (month) ${THIS_MONTH.promql}`;
  return sum({ promql, labels: series.labels });
}

/** Minutes until the first of the next month. */
export const MINUTES_LEFT: Query = {
  promql: '((days_in_month() - day_of_month() + 1) * 1440 - time() % 86400 / 60)',
  labels: [],
};
