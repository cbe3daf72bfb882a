/** Kinds that call nothing: they return what the engine does next. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StepError } from '@aio/core/run/step-outcome';
import { createKind as createApproval } from './approval.ts';
import { createKind as createDelay } from './delay.ts';
import { createStepCall } from './testing/step-call.ts';
import { createKind as createTransform } from './transform.ts';
import { createKind as createWait } from './wait.ts';

const execute = {
  approval: (step: unknown) => createApproval().execute(createStepCall(step as never)),
  delay: (step: unknown) => createDelay().execute(createStepCall(step as never)),
  transform: (step: unknown) => createTransform().execute(createStepCall(step as never)),
  wait: (step: unknown) => createWait().execute(createStepCall(step as never)),
};
type Kind = keyof typeof execute;

const ASKED = { message: 'Ship it?', approver: { role: 'admin' } };
const EVENT = { event: 'order.paid', key: 'o-1' };

const returned: [kind: Kind, step: object, outcome: object][] = [
  ['approval', ASKED, { type: 'approval', ...ASKED }],
  ['approval', {}, { type: 'approval', message: null, approver: null }],
  ['delay', { duration: '90s' }, { type: 'delay', delayMs: 90_000, output: {} }],
  ['wait', EVENT, { type: 'event', name: 'order.paid', key: 'o-1' }],
  ...[null, 0, 'text', [1, { a: false }]].map((value): [Kind, object, object] => [
    'transform',
    { value },
    { type: 'succeeded', output: value },
  ]),
];

for (const [kind, step, outcome] of returned)
  test(`${kind} ${JSON.stringify(step)} returns ${JSON.stringify(outcome)}`, async () => {
    assert.deepEqual(await execute[kind](step), outcome);
  });

const refused: [kind: Kind, step: object, code: string][] = [
  ['delay', { duration: 'a while' }, 'bad_duration'],
  // The database cannot store these texts.
  ...['a\0b', 'a\ud800'].flatMap((text): [Kind, object, string][] => [
    ['approval', { message: text }, 'unstorable_text'],
    ['approval', { approver: { user: text } }, 'unstorable_text'],
    ['approval', { approver: { role: text } }, 'unstorable_text'],
    ['wait', { ...EVENT, key: text }, 'bad_event_key'],
  ]),
];

for (const [kind, step, code] of refused)
  test(`${kind} refuses ${JSON.stringify(step)} for good`, () => {
    assert.throws(
      () => execute[kind](step),
      (error: StepError) => error.code === code && !error.retryable,
    );
  });
