import type { OtlpReceiver } from '@aio/runtime/testing/otlp-receiver';
import { setTimeout as sleep } from 'node:timers/promises';
import { ATTRIBUTES } from '@aio/catalog/traces/attributes';
import { REQUIRED_OF_RESOURCE } from '@aio/catalog/traces/span-rules';
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

/** Checks every span: name, attributes, place in its trace, links, process. All traces must be complete. */
export function checkTraces(collector: Pick<OtlpReceiver, 'spans'>): Promise<CheckedTelemetry> {
  return untilGood(() => {
    const spans = collector.spans();
    const traces = new Set(spans.map(({ traceId }) => traceId)).size;
    return {
      seen: `${spans.length} spans of ${traces} traces`,
      ...mergeFindings(checkSpans(spans), checkPlaces(spans), checkResources(spans)),
    };
  });
}

/** Checks every log record: event, ids, trace, process. */
export function checkLogs(
  collector: Pick<OtlpReceiver, 'spans' | 'logRecords'>,
): Promise<CheckedTelemetry> {
  return untilGood(() => {
    const records = collector.logRecords();
    const traceIds = new Set(collector.spans().map(({ traceId }) => traceId));
    return {
      seen: `${records.length} log records`,
      ...mergeFindings(checkLogRecords(records, traceIds), checkResources(records)),
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

/** A span or log record of a process. */
interface Exported {
  resource: Readonly<Record<string, unknown>>;
}

/** Checks that everything a process exports names the process, its build and the SDK. */
export function checkResources(exported: readonly Exported[]): Findings {
  const faults = new Set<string>();
  for (const { resource } of exported)
    for (const attribute of REQUIRED_OF_RESOURCE)
      if (!resource[attribute])
        faults.add(`${String(resource[ATTRIBUTES.serviceName])} exports without ${attribute}`);
  return { faults: [...faults], excused: [] };
}
