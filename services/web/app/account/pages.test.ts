import assert from 'node:assert/strict';
import { test } from 'node:test';
import { homeOf, missingRoles, pagesFor } from './pages.ts';

const labelsFor = (...roles: string[]) => pagesFor(roles).map(({ label }) => label);

test('secrets and the audit log are for admins, all but approvals for members', () => {
  const members = ['Runs', 'Workflows', 'Approvals', 'Events', 'Queues'];
  assert.deepEqual(labelsFor('builder'), members);
  assert.deepEqual(labelsFor('offline_access', 'admin'), [...members, 'Secrets', 'Audit log']);
  assert.deepEqual(labelsFor('on-call'), ['Approvals']);
  assert.deepEqual(labelsFor(), ['Approvals']);
});

test('everybody begins where they see something', () => {
  assert.equal(homeOf(['builder']), '/runs');
  assert.equal(homeOf(['on-call']), '/approvals');
});

test('a page says which roles it wants of whom it is not for', () => {
  assert.deepEqual(missingRoles('/secrets', ['builder']), ['admin']);
  assert.deepEqual(missingRoles('/runs/0199', ['on-call']), ['builder', 'admin']);
  for (const path of ['/runs', '/runs/0199', '/approvals', '/', '/nothing', '/runsaway'])
    assert.equal(missingRoles(path, ['builder']), null, path);
});
