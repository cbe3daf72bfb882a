import { type Call, faultStatus, pause, sendHalfJson, sendJson } from '../call.ts';

const MAX_BYTES = 64 * 1024 * 1024;
/** The longest delay of a timer; a longer one fires at once. */
const MAX_MS = 2 ** 31 - 1;

/**
 * `GET|POST /work`: stands for any job behind HTTP. Query: `ms` is its duration, `bytes` the size of the padding in its
 * answer, `fail` the number of first calls of a key that get 503, `key` replaces a missing Idempotency-Key, `hold` is a
 * name: the call waits until `DELETE /holds?name=` releases it.
 */
export async function work(call: Call): Promise<void> {
  const { searchParams } = call.url;
  const ms = readNumber(searchParams, 'ms');
  const bytes = readNumber(searchParams, 'bytes');
  const fail = readNumber(searchParams, 'fail');
  if (ms === null || bytes === null || fail === null || bytes > MAX_BYTES || ms > MAX_MS)
    return sendJson(call, 400, {
      error: `ms (up to ${MAX_MS}), bytes (up to ${MAX_BYTES}) and fail must be numbers of 0 or more`,
    });

  const hold = searchParams.get('hold');
  if (hold !== null) await call.hold(hold);
  await pause(call, ms + call.dials.workMs);
  const fault = faultStatus(call, 503);
  if (fault !== null) return sendJson(call, fault.status, { error: fault.message }, fault.headers);
  if (call.nth <= fail)
    return sendJson(call, 503, { error: `call ${call.nth} of ${fail} that fail` });

  const key = call.idempotencyKey ?? searchParams.get('key');
  const body = { done: true, key, ms, calls: call.nth, padding: 'x'.repeat(bytes) };
  if (call.fault === 'halfBody') return sendHalfJson(call, body);
  sendJson(call, 200, body);
}

/** A number of 0 or more, 0 if absent; null = invalid. */
function readNumber(params: URLSearchParams, name: string): number | null {
  const value = Number(params.get(name) ?? 0);
  return Number.isFinite(value) && value >= 0 ? value : null;
}
