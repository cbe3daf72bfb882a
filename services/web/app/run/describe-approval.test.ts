import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at } from '../../test/samples.ts';
import { formatMoment } from '../format/moment.ts';
import { describeApprover, describeDeadline, whoMayDecide } from './describe-approval.ts';

test('the approver, and a sentence for people who may not decide', () => {
  assert.equal(describeApprover({ approver: { role: 'admin' } }), 'by role admin');
  assert.equal(describeApprover({ approver: { user: 'ada@test' } }), 'by ada@test');
  assert.equal(describeApprover({ approver: null }), 'by the owner of the run or an admin');
  assert.equal(whoMayDecide({ approver: { role: 'admin' } }), 'Only admins can decide.');
  const legal = whoMayDecide({ approver: { role: 'legal' } });
  assert.equal(legal, 'Only people with the role legal and admins can decide.');
});

test('a deadline is a time and what is left of it', () => {
  const now = Date.parse(at(0));
  const due = at(65_000);
  assert.equal(describeDeadline(due, now), `${formatMoment(due, now)} (in 1 m 5 s)`);
  assert.match(describeDeadline(due, now + 70_000), /\(expired\)$/);
});
