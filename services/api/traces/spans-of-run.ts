import { AIO } from '@aio/catalog/traces/attributes';
import type { ReceivedSpan } from '@aio/runtime/otlp/otlp-json';

/**
 * Picks the spans of a run from a trace: the request that started it, and all below. A trace may contain spans of other
 * owners, also above that request, because clients choose their trace context.
 * @returns spans by start time
 */
export function spansOfRun(spans: readonly ReceivedSpan[], runId: string): ReceivedSpan[] {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const parentOf = ({ parentSpanId }: ReceivedSpan) => byId.get(parentSpanId ?? '');
  const known = new Map<string, boolean>();

  /** Whether the span or an ancestor names the run. */
  function isBelow(span: ReceivedSpan): boolean {
    const path: string[] = [];
    let found = false;
    for (let at: ReceivedSpan | undefined = span; at !== undefined; at = parentOf(at)) {
      const before = known.get(at.spanId);
      if (before !== undefined) {
        found = before;
        break;
      }
      path.push(at.spanId);
      known.set(at.spanId, false);
      if (at.attributes[AIO.runId] === runId) {
        found = true;
        break;
      }
    }
    for (const id of path) known.set(id, found);
    return found;
  }

  return spans.filter(isBelow).toSorted((a, b) => a.startTime - b.startTime);
}
