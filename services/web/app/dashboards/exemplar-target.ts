import type { Exemplar } from '../../shared/api.ts';

/** Where an exemplar leads: its run, or else its trace; null = nowhere. */
export function exemplarTarget({ runId, traceUrl }: Exemplar): string | null {
  return runId === null ? traceUrl : `/runs/${runId}`;
}
