import type { LoadResult } from '../load/result.ts';

/** A result of a spike that missed an objective. */
export function makeLoadResult(changes: Partial<LoadResult> = {}): LoadResult {
  return {
    testid: 'spike-20261125-221448',
    startedAt: '2026-11-25T22:14:48.330Z',
    asked: { scenario: 'spike', rate: 2, seconds: 20, listeners: 2000, traced: 1 },
    conditions: {
      command: 'npm run load -- spike --own --duration 20s --rate 2',
      target: 'own stack, 2 workers',
      cpu: 'AMD EPYC',
      cores: 2,
      memoryGb: 24,
      loadBefore: 27.7,
      versions: 'k6 v2.2.0, node v24.21.0',
    },
    kept: false,
    metrics: {
      'http_req_duration{scenario:before,traffic:requests}': {
        values: { 'p(95)': 1165.77, 'p(99)': 1186.27, count: 60 },
        crossed: ['p(99)<250'],
      },
      'http_req_failed{traffic:requests}': {
        values: { value: 0, passes: 0, fails: 61 },
        crossed: [],
      },
      load_run_duration: { values: { med: 1909, 'p(95)': 2861.7, count: 112 }, crossed: [] },
      load_steps: { values: { count: 560, rate: 24.83 }, crossed: [] },
    },
    runs: { byStatus: { succeeded: 112 }, open: 0 },
    slowest: [
      {
        id: '01a214c6-ce7b-734c-88d8-a416fa593e10',
        status: 'succeeded',
        traceId: '8ac0ce90eb37978e341c2fce6f682c5c',
        traceUrl: 'http://localhost:11332/trace/8ac0ce90eb37978e341c2fce6f682c5c',
        workflow: 'load-request',
        after: 14.71,
        time: {
          totalMs: 672,
          byClass: { queue: 17, http: 610, engine: 45 },
          path: [
            { step: 'fetch', totalMs: 115, byClass: { http: 115 } },
            { step: 'check', totalMs: 370, byClass: { queue: 13, http: 357 } },
            { step: 'decide', totalMs: 0, byClass: {} },
          ],
        },
      },
    ],
    failures: [],
    knee: null,
    ...changes,
  };
}
