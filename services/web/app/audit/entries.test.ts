import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shortTarget, targetPage } from './entries.ts';

const RUN = 'runs/01930000-0000-7000-8000-000000abcdef';

test('a target links to its page, if it has one', () => {
  assert.equal(targetPage(RUN), `/${RUN}`);
  assert.equal(targetPage('workflows/triage'), '/workflows/triage');
  assert.equal(targetPage('secrets/pager_token'), '/secrets');
  assert.equal(targetPage('queues/http'), '/queues');
  for (const target of ['users/0b1f', 'approvals/0199', 'events/0199', null])
    assert.equal(targetPage(target), null);
});

test('ids are shortened, names are not', () => {
  assert.equal(shortTarget(RUN), 'runs/…abcdef');
  assert.equal(shortTarget('workflows/triage'), 'workflows/triage');
  assert.equal(shortTarget(null), 'the system');
});
