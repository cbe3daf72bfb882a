import type { ReceivedSpan } from '@aio/runtime/otlp/otlp-json';
import { explainTime } from '@aio/runtime/testing/explained-time';
import { type OtlpReceiver, startOtlpReceiver } from '@aio/runtime/testing/otlp-receiver';
import type { ApiClient } from '@aio/tools/system/client';
import { isWhole } from '../../testing/assert-trace.ts';
import type { DrillContext } from '../kit/drill.ts';

interface TracedRun {
  id: string;
  traceId: string;
  status: string;
  steps: { id: string; kind: string; attempts: unknown[] }[];
}

/** Starts AIO with a receiver of its spans. */
export async function startTraced({ startBed, defer }: DrillContext) {
  const receiver = await startOtlpReceiver();
  defer(() => receiver.close());
  const bed = await startBed({
    audit: false,
    env: { TELEMETRY_ENABLED: 'true', OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint },
  });
  return { bed, receiver };
}

/** The time of an ended run, and what its spans do not explain, in milliseconds. null = it did not succeed. */
export async function explainRun(
  { api, receiver }: { api: ApiClient; receiver: OtlpReceiver },
  runId: string,
): Promise<{ total: number; unexplained: number } | null> {
  const run = await api.get<TracedRun>(`/runs/${runId}`);
  if (run.status !== 'succeeded') return null;
  const isOwn = (span: ReceivedSpan) =>
    span.name.startsWith('run ') && span.attributes['aio.run.id'] === runId;
  const spans = await receiver.waitForSpans(
    run.traceId,
    (found) => found.some(isOwn) && isWhole(found, { runs: [run] }),
  );
  const { total, explained } = explainTime(spans, spans.find(isOwn)!);
  return { total, unexplained: total - explained };
}
