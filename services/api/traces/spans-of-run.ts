import { AIO, ATTRIBUTES } from '@aio/catalog/traces/attributes';
import { WEB_SCOPE } from '@aio/catalog/metrics/web-labels';
import { pseudonymOf } from '@aio/metrics/label-guard';
import type { ReceivedSpan } from '@aio/runtime/otlp/otlp-json';

/**
 * Picks the spans of a run from a trace: its own spans, those of child runs, and the request that
 * started it. A trace may contain runs of other owners, because clients choose their trace context.
 * @param run `owner` is a subject
 * @returns spans by start time
 */
export function spansOfRun(
  all: readonly ReceivedSpan[],
  { id: runId, owner }: { id: string; owner: string },
): ReceivedSpan[] {
  // A page may have joined the trace of another user's run.
  const spans = all.filter((span) => !isOfPage(span) || isOfUser(span, owner));
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

  // Pages begin traces. A span of a page below a run is forged.
  const own = spans.filter((span) => !isOfPage(span) && isBelow(span));
  const kept = new Set(own);
  for (const span of own) {
    for (let at = parentOf(span); at !== undefined && !kept.has(at); at = parentOf(at)) {
      if (at.attributes[AIO.runId] !== undefined) break;
      kept.add(at);
    }
  }
  return [...kept].toSorted((a, b) => a.startTime - b.startTime);
}

function isOfPage({ scope }: ReceivedSpan): boolean {
  return scope === WEB_SCOPE;
}

function isOfUser({ attributes }: ReceivedSpan, subject: string): boolean {
  return attributes[ATTRIBUTES.userHash] === pseudonymOf(subject);
}
