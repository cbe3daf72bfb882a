import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sendUntilAdmitted } from './send-until-admitted.ts';

function refusal(status: number, code: string, retryAfter = '2'): Response {
  return Response.json({ code }, { status, headers: { 'retry-after': retryAfter } });
}

/** Sends to an API that gives these answers, and returns the last one and the pauses before it. */
async function send(answers: Response[]) {
  const pauses: number[] = [];
  const answer = await sendUntilAdmitted(
    async () => answers.shift()!,
    async (ms) => pauses.push(ms),
  );
  return { answer, pauses };
}

test('waits for Retry-After while too many requests are in progress', async () => {
  const { answer, pauses } = await send([
    refusal(429, 'too_many_at_once', '3'),
    refusal(503, 'busy'),
    Response.json({ id: 1 }),
  ]);
  assert.deepEqual([await answer.json(), pauses], [{ id: 1 }, [3_000, 2_000]]);
});

test('gives up after five tries, with the refusal', async () => {
  const answers = Array.from({ length: 9 }, () => refusal(429, 'too_many_at_once'));
  const { answer, pauses } = await send(answers);
  assert.deepEqual([await answer.json(), pauses.length], [{ code: 'too_many_at_once' }, 4]);
});

test('other refusals and failures are answers', async () => {
  const texts = new Response('busy', { status: 503 });
  for (const given of [
    refusal(429, 'rate_limited'),
    refusal(503, 'unavailable'),
    refusal(409, 'busy'),
    texts,
  ]) {
    const { answer, pauses } = await send([given]);
    assert.equal(answer, given);
    assert.ok(!answer.bodyUsed);
    assert.deepEqual(pauses, []);
  }
});
