import type { OtlpReceiver } from '@aio/runtime/testing/otlp-receiver';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkResources, checkValues } from './check-exported.ts';
import { type Findings, mergeFindings } from './findings.ts';
import { checkLogRecords } from './logs/check-log-records.ts';
import { checkPlaces } from './spans/check-places.ts';
import { checkSpans } from './spans/check-spans.ts';

/** Exported telemetry, compared with the catalogue. */
export interface CheckedTelemetry extends Findings {
  /** Number of checked items, in words. */
  seen: string;
}

/** Processes export every second. */
const EXPORTED_WITHIN_MS = 15_000;

/** Checks every span: name, attributes and types, place in its trace, links, process. All traces must be complete. */
export function checkTraces(collector: Pick<OtlpReceiver, 'spans'>): Promise<CheckedTelemetry> {
  return untilGood(() => {
    const spans = collector.spans();
    const traces = new Set(spans.map(({ traceId }) => traceId)).size;
    return {
      seen: `${spans.length} spans of ${traces} traces`,
      ...mergeFindings(
        checkSpans(spans),
        checkPlaces(spans),
        checkResources(spans),
        checkValues(spans),
      ),
    };
  });
}

/** Checks every log record: event, severity, attributes and types, trace, process. */
export function checkLogs(
  collector: Pick<OtlpReceiver, 'spans' | 'logRecords'>,
): Promise<CheckedTelemetry> {
  return untilGood(() => {
    const records = collector.logRecords();
    const traceIds = new Set(collector.spans().map(({ traceId }) => traceId));
    return {
      seen: `${records.length} log records`,
      ...mergeFindings(
        checkLogRecords(records, traceIds),
        checkResources(records),
        checkValues(records),
      ),
    };
  });
}

async function untilGood(check: () => CheckedTelemetry): Promise<CheckedTelemetry> {
  const deadline = performance.now() + EXPORTED_WITHIN_MS;
  for (;;) {
    const checked = check();
    if (checked.faults.length === 0 || performance.now() > deadline) return checked;
    await sleep(1000);
  }
}
