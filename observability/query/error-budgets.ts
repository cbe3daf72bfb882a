import type { ErrorBudget } from '@aio/slo/error-budget';
import type { PrometheusApi } from './prometheus.ts';

/** An objective, and the events from which on its error budget is a number. */
interface Budgeted {
  /** The value of the label `slo`. */
  key: string;
  minEvents: number;
}

/** The objectives, and selectors of their recorded series, which the label `slo` distinguishes. */
interface BudgetSeries {
  objectives: readonly Budgeted[];
  /** Share of the error budget that is left; NaN = too few events to say. */
  budgetLeft: string;
  /** Events of the budget's window. */
  counted: string;
}

/**
 * The error budgets of objectives as Prometheus recorded them, by key. Without a record there is none.
 * @param at seconds since 1970
 * @throws QueryError, PrometheusAway
 */
export async function readBudgets(
  prometheus: Pick<PrometheusApi, 'query'>,
  { objectives, budgetLeft, counted }: BudgetSeries,
  at: number,
): Promise<ReadonlyMap<string, ErrorBudget>> {
  const [lefts, counts] = await Promise.all(
    [budgetLeft, counted].map(async (promql) => {
      const found = await prometheus.query(promql, at);
      return new Map(found.map(({ labels, samples }) => [labels['slo'], samples.at(-1)?.value]));
    }),
  );
  return new Map(
    objectives.flatMap(({ key, minEvents }) => {
      const [left, events] = [lefts!.get(key), counts!.get(key)];
      if (left === undefined || events === undefined) return [];
      return [[key, { left: Number.isNaN(left) ? null : left, events, minEvents }] as const];
    }),
  );
}
