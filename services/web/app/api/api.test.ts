import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problemOf, unanswered } from './problem.ts';
import { sendUntilAdmitted } from './send-until-admitted.ts';

test('a problem has the UI’s title, and the API’s detail', () => {
  const body = { code: 'not_found', title: 'Nothing there', detail: 'No run 1.' };
  assert.deepEqual(problemOf(404, body), { ...body, status: 404, title: 'Not found' });
  assert.equal(unanswered('unreachable').title, 'The server does not answer');
});

test('an unknown code keeps the API’s title', () => {
  assert.equal(problemOf(409, { code: 'brand_new', title: 'Brand new' }).title, 'Brand new');
  assert.equal(problemOf(409, { code: 'constructor', title: 'Odd' }).title, 'Odd');
  assert.equal(problemOf(502, null).title, 'The API answered with status 502');
});

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
