import type { AlertDrill } from './kit/alert-drill.ts';

/** Share of all calls: above the 10 % that the alerts need, below the 50 % of a retry storm. */
const SHARE = 0.3;

export const LLM_DRILLS: readonly AlertDrill[] = [
  {
    ...vendor('llm-rate-limits', '429', 'rateLimit'),
    fires: [{ alert: 'LlmRateLimited', labels: { provider: 'openai' } }],
  },
  {
    ...vendor('llm-errors', '500', 'serverError'),
    fires: [{ alert: 'LlmErrors', labels: { provider: 'openai' } }],
  },
];

function vendor(name: string, status: string, fault: 'rateLimit' | 'serverError') {
  return {
    name,
    what: `the vendor answers ${SHARE * 100} % of all calls with ${status}, and the steps retry`,
    async inject({ bed, progress }) {
      const turn = (share: number) =>
        bed.system.simulator.turn({ retryAfterMs: 200, faults: { [fault]: share } });
      await turn(SHARE);
      progress(`answers ${SHARE * 100} % of all calls with ${status}`);
      return () => turn(0);
    },
  } satisfies Partial<AlertDrill>;
}
