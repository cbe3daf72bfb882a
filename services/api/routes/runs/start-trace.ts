import { AIO } from '@aio/catalog/attributes';
import { chooseRunSpan } from '@aio/runtime/run-span';
import { tracestateOf } from '@aio/runtime/trace-context';
import type { Tracing } from '@aio/runtime/tracing';
import type { Span } from '@opentelemetry/api';

/** Each run of a batch has a trace of its own, linked to the batch's: nobody could read hundreds in one. */
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
