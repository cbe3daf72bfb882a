import { errorBudget, type Slo } from './slo.ts';

/** An objective as a threshold of load tests. */
export interface K6Threshold {
  /** Key of the objective. */
  slo: string;
  /** Name in k6, with its tags, e.g. `http_req_failed{traffic:requests}`. */
  metric: string;
  /** k6's expression, e.g. `p(99)<250`; times are milliseconds. */
  expression: string;
}

/** Thresholds of the objectives that a client can measure. */
export function listK6Thresholds(slos: Readonly<Record<string, Slo>>): K6Threshold[] {
  return Object.entries(slos).flatMap(([slo, { k6, objective, boundSeconds }]) => {
    if (!k6) return [];
    const expression =
      boundSeconds === undefined
        ? `rate<${errorBudget({ objective })}`
        : `p(${Number((objective * 100).toPrecision(6))})<${boundSeconds * 1000}`;
    return [{ slo, metric: k6.metric + tagged(k6.tags), expression }];
  });
}

/**
 * k6's option `thresholds`. A threshold without samples passes in silence, so each set of tags also has to have requests:
 * a script that forgets the tag fails.
 */
export function k6Thresholds(slos: Readonly<Record<string, Slo>>): Record<string, string[]> {
  const tags = new Set(Object.values(slos).map(({ k6 }) => tagged(k6?.tags)));
  tags.delete('');
  return {
    ...Object.fromEntries(
      listK6Thresholds(slos).map(({ metric, expression }) => [metric, [expression]]),
    ),
    ...Object.fromEntries([...tags].map((tag) => [`http_reqs${tag}`, ['count>0']])),
  };
}

function tagged(tags: Readonly<Record<string, string>> = {}): string {
  const list = Object.entries(tags).map(([name, value]) => `${name}:${value}`);
  return list.length === 0 ? '' : `{${list.join(',')}}`;
}
