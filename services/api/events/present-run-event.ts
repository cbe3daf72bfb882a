import type { StoredEvent } from '@aio/platform/queries/run-events';
import { isoTime } from '../http/iso-time.ts';
import type { RunEvent } from './run-event.ts';

export function presentRunEvent(runId: string, event: StoredEvent): RunEvent {
  const { seq, type, step, iteration, attempt, status, error } = event;
  return {
    seq,
    type,
    at: isoTime(event.atMs),
    runId,
    ...(step !== null && { step }),
    ...(iteration !== null && iteration >= 0 && { iteration }),
    ...(attempt !== null && attempt > 0 && { attempt }),
    status,
    ...(error !== null && { error: { code: error.code, message: error.message } }),
  };
}
