import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';
import { AIO } from '@aio/catalog/traces/attributes';
import { chooseRunSpan } from '@aio/runtime/run-span';
import { tracestateOf } from '@aio/runtime/trace-context';
import type { Tracing } from '@aio/runtime/tracing';
import type { Span } from '@opentelemetry/api';
import type { Metrics } from '@aio/catalog/metrics/instruments';

const BYTES = 16;
/** Random bytes for many ids, because drawing those of one id takes an idle API 20 µs. */
const drawn = new Uint8Array(256 * BYTES);
let used = drawn.length;

/** A UUIDv7. Ids of the same millisecond have no order. */
export function newRunId(): string {
  if (used === drawn.length) {
    randomFillSync(drawn);
    used = 0;
  }
  const random = drawn.subarray(used, used + BYTES);
  used += BYTES;
  return v7({ random });
}

/** Starts a trace for one of many runs, linked to the trace of their cause. One trace of hundreds of runs would be unreadable. */
export function startTrace(
  { tracing }: { tracing: Pick<Tracing, 'startRoot'> },
  workflow: string,
  runId: string,
  cause: Span,
) {
  const attributes = { [AIO.runId]: runId, [AIO.workflowName]: workflow };
  const root = tracing.startRoot('submit', { workflow }, { attributes, cause });
  root.end();
  return { ...chooseRunSpan(root), tracestate: tracestateOf(root) };
}

/** Counts accepted runs: all, by workflow and by owner. */
export function countSubmitted(
  metrics: Pick<Metrics<'api'>, 'runsAccepted' | 'runsSubmitted' | 'ownerRunsSubmitted'>,
  { workflow, owner }: { workflow: string; owner: string },
): void {
  metrics.runsAccepted.inc({});
  metrics.runsSubmitted.inc({ workflow, heldBy: owner });
  metrics.ownerRunsSubmitted.inc({ owner });
}
