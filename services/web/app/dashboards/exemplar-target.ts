import type { Exemplar } from '../../shared/api.ts';

/** Address of an exemplar: its run, else its trace; null = none. */
export function exemplarTarget({ runId, traceUrl }: Exemplar): string | null {
  return runId === null ? traceUrl : `/runs/${runId}`;
}
