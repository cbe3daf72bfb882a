import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunEvent } from '../../shared/api.ts';
import { addPiece, endTexts, type LiveTexts } from './live-texts.ts';

const ask = { step: 'ask', attempt: 1 };
const event = (type: RunEvent['type'], rest: Partial<RunEvent> = {}): RunEvent => ({
  seq: 9,
  type,
  at: '2026-12-02T12:00:00.000Z',
  runId: 'r',
  ...rest,
});

/** @returns the texts, and the one of the step `ask` */
function textsOf(...pieces: { offset: number; text: string; attempt?: number }[]) {
  const texts: LiveTexts = new Map();
  for (const piece of pieces) addPiece(texts, { ...ask, ...piece });
  return { texts, text: () => texts.get('ask')?.text };
}

test('pieces make a text, with a mark where one was lost', () => {
  const hello = { offset: 0, text: 'Hello' };
  assert.equal(textsOf(hello, { offset: 5, text: ', you' }).text(), 'Hello, you');
  assert.equal(textsOf(hello, { offset: 9, text: 'world' }).text(), 'Hello…world');
  assert.equal(textsOf({ offset: 9, text: 'world' }, { offset: 14, text: '.' }).text(), '…world.');
});

test('a text begins again for a new viewer, and with the next attempt', () => {
  const whole = [
    { offset: 0, text: 'One ' },
    { offset: 4, text: 'two' },
  ] as const;
  assert.equal(textsOf(...whole, { offset: 0, text: 'One two three' }).text(), 'One two three');
  const retried = textsOf(
    ...whole,
    { offset: 0, text: 'Uno', attempt: 2 },
    { offset: 7, text: 'late' },
  );
  assert.equal(retried.text(), 'Uno');
});

test('ends with its attempt, and later pieces of it change nothing', () => {
  const { texts, text } = textsOf({ offset: 0, text: 'Hello' });
  const item = { ...ask, iteration: 2, offset: 0, text: 'item' };
  addPiece(texts, item);
  endTexts(texts, event('step.started', ask));
  assert.equal(texts.get('ask')?.isOver, false);
  endTexts(texts, event('step.retrying', ask));
  assert.deepEqual([texts.get('ask')?.isOver, texts.get('ask[2]')?.isOver], [true, false]);
  addPiece(texts, { ...ask, offset: 5, text: '!' });
  assert.equal(text(), 'Hello');
  addPiece(texts, { ...ask, attempt: 2, offset: 0, text: 'Again' });
  endTexts(texts, event('step.retrying', ask));
  assert.deepEqual([text(), texts.get('ask')?.isOver], ['Again', false]);
  endTexts(texts, event('run.cancelled'));
  assert.ok([...texts.values()].every(({ isOver }) => isOver));
});
