import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerOf, chatOf, decisionOf, questionOf, requestOf, responseOf } from './step-data.ts';

test('a prompt is a chat', () => {
  assert.deepEqual(chatOf({ model: 'm', system: 'Be brief.', prompt: 'Hello' }), [
    { role: 'system', text: 'Be brief.' },
    { role: 'user', text: 'Hello' },
  ]);
  const messages = [
    { role: 'assistant', content: 'Hi' },
    { role: 'user', content: [1] },
  ];
  assert.deepEqual(chatOf({ messages }), [
    { role: 'assistant', text: 'Hi' },
    { role: 'user', text: '[\n  1\n]' },
  ]);
  for (const none of [null, 'x', [], { model: 'm' }]) assert.equal(chatOf(none), null);
});

test('an http step is a request', () => {
  assert.deepEqual(requestOf({ url: 'http://x' }), { method: 'GET', url: 'http://x', rest: null });
  assert.deepEqual(requestOf({ url: 'http://x', method: 'POST', body: { a: 1 } }), {
    method: 'POST',
    url: 'http://x',
    rest: { body: { a: 1 } },
  });
  assert.equal(requestOf({ model: 'm' }), null);
});

test('an output is a message or a response', () => {
  assert.deepEqual(answerOf({ text: 'Hi' }), { role: 'assistant', text: 'Hi' });
  for (const none of [null, 'x', { text: 1 }, { text: 'x', score: 1 }])
    assert.equal(answerOf(none), null);
  const response = { status: 200, headers: {}, body: { a: 1 } };
  assert.deepEqual(responseOf(response), response);
  assert.equal(responseOf({ body: 1 }), null);
});

test('an approval is a question and a decision', () => {
  const question = { message: 'Go on?', approver: { role: 'admin' } };
  assert.deepEqual(questionOf(question), question);
  assert.equal(questionOf({}), null);
  const decision = { decision: 'approved', by: 'ada', comment: null };
  assert.deepEqual(decisionOf(decision), decision);
  assert.equal(decisionOf({ decision: 'approved' }), null);
});
