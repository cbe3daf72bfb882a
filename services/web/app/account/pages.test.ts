import assert from 'node:assert/strict';
import { test } from 'node:test';
import { homeOf, missingRoles, pagesFor } from './pages.ts';

const pagesOf = (...roles: string[]) => pagesFor(roles).map(({ name }) => name);

test('secrets and the audit log are for admins, all but approvals for members', () => {
  const members = [
    'overview',
    'runs',
    'workflows',
    'approvals',
    'dashboards',
    'alerts',
    'objectives',
    'services',
    'queues',
    'events',
  ];
  assert.deepEqual(pagesOf('builder'), members);
  assert.deepEqual(pagesOf('offline_access', 'admin'), [...members, 'audit', 'secrets']);
  assert.deepEqual(pagesOf('on-call'), ['approvals']);
  assert.deepEqual(pagesOf(), ['approvals']);
});

test('everybody begins where they see something', () => {
  assert.equal(homeOf(['builder']).to, '/overview');
  assert.equal(homeOf(['on-call']).to, '/approvals');
});

test('a page names the roles that open it to people who have none of them', () => {
  assert.deepEqual(missingRoles('/secrets', ['builder']), ['admin']);
  assert.deepEqual(missingRoles('/runs/0199', ['on-call']), ['builder', 'admin']);
  for (const path of ['/runs', '/runs/0199', '/approvals', '/', '/nothing', '/runsaway'])
    assert.equal(missingRoles(path, ['builder']), null, path);
});
