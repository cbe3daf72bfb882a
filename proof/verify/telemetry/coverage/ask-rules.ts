import type { AlertRule, RecordingRule, RuleGroup } from '@aio/slo/rule-group';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import type { PrometheusApi } from '@aio/query/prometheus';
import { readRunbooks } from '@aio/query/runbooks';
import { type CoverageRow, describeLast, orGap, selectorsIn } from './row.ts';

type Rule = RecordingRule | AlertRule;

const RULES = resolve(import.meta.dirname, '../../../../observability/config/prometheus/rules');
/** Longer than any verification. */
const SEEN_LATELY = '15m';

/** The committed rule files. */
export const COMMITTED_RULE_FILES: readonly string[] = readdirSync(RULES).map((file) =>
  resolve(RULES, file),
);

/**
 * One row per committed rule, whichever rules are loaded. A recording rule must have data. An alert should have none, so
 * instead each series that it reads must exist: an alert on nothing never fires.
 */
export async function askRules(prometheus: PrometheusApi, at: number): Promise<CoverageRow[]> {
  const rows: CoverageRow[] = [];
  for (const { name: group, rules } of COMMITTED_RULE_FILES.flatMap(readGroups))
    for (const rule of rules) rows.push(await askRule(group, rule, prometheus, at));
  return rows;
}

/** Faults of the rules that Prometheus has loaded. */
export async function askLoadedRules(prometheus: PrometheusApi): Promise<string[]> {
  const rules = await prometheus.rules();
  if (rules.length === 0) return ['Prometheus has loaded no rules'];
  return rules
    .filter(({ health }) => health === 'err')
    .map(({ group, name, lastError }) => `rule ${group} ${name}: ${lastError}`);
}

async function askRule(
  group: string,
  rule: Rule,
  prometheus: PrometheusApi,
  at: number,
): Promise<CoverageRow> {
  const isAlert = 'alert' in rule;
  const slo = rule.labels?.window ?? rule.labels?.slo;
  const query = [isAlert ? 'alert' : 'record', slo].filter(Boolean).join(' ');
  const what = isAlert ? rule.alert : rule.record;
  const row = { where: group, what, query, promql: rule.expr };
  return orGap(row, async () => {
    const series = await prometheus.query(rule.expr, at);
    const gap = isAlert
      ? await findMissing(rule.expr, prometheus, at)
      : series.length === 0
        ? 'records nothing'
        : null;
    const last = isAlert && series.length === 0 ? 'quiet' : describeLast(series, 'short');
    return { ...row, series: series.length, last, gap };
  });
}

/** One row per query of a runbook. Without faults, it may return nothing, but the series that it reads must exist. */
export async function askRunbooks(prometheus: PrometheusApi, at: number): Promise<CoverageRow[]> {
  const rows: CoverageRow[] = [];
  for (const { name, queries } of readRunbooks()) {
    for (const [index, promql] of queries.entries()) {
      const row = { where: 'runbooks', what: name, query: `query ${index + 1}`, promql };
      rows.push(
        await orGap(row, async () => {
          const series = await prometheus.query(promql, at);
          const gap = await findMissing(promql, prometheus, at);
          return { ...row, series: series.length, last: describeLast(series, 'short'), gap };
        }),
      );
    }
  }
  return rows;
}

/** The first series of the query without samples; null = all have samples. */
async function findMissing(
  promql: string,
  prometheus: PrometheusApi,
  at: number,
): Promise<string | null> {
  for (const selector of selectorsIn(promql)) {
    const found = await prometheus.query(`count(last_over_time(${selector}[${SEEN_LATELY}]))`, at);
    if (found.length === 0) return `reads ${selector}, which has no data`;
  }
  return null;
}

function readGroups(file: string): RuleGroup[] {
  return (parse(readFileSync(file, 'utf8')) as { groups: RuleGroup[] }).groups;
}
