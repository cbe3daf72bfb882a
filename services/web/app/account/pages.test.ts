import assert from 'node:assert/strict';
import { test } from 'node:test';
import { homeOf, missingRoles, pagesFor, returnAddress } from './pages.ts';

const pagesOf = (...roles: string[]) =>
  pagesFor(roles)
    .map(({ name }) => name)
    .join(' ');

test('admins see all pages, builders all but secrets and audit log, others only approvals', () => {
  const members = 'overview runs workflows approvals dashboards alerts objectives services queues';
  assert.equal(pagesOf('builder'), `${members} events`);
  assert.equal(pagesOf('offline_access', 'admin'), `${members} events audit secrets`);
  assert.equal(pagesOf('on-call'), 'approvals');
  assert.equal(pagesOf(), 'approvals');
});

test('the start page is one that the roles open', () => {
  assert.equal(homeOf(['builder']).to, '/overview');
  assert.equal(homeOf(['on-call']).to, '/approvals');
});

test('a page names the roles that a user lacks', () => {
  assert.deepEqual(missingRoles('/secrets', ['builder']), ['admin']);
  assert.deepEqual(missingRoles('/runs/0199', ['on-call']), ['builder', 'admin']);
  for (const path of ['/runs', '/runs/0199', '/approvals', '/', '/nothing', '/runsaway'])
    assert.equal(missingRoles(path, ['builder']), null, path);
});

test('a login returns only to paths of this UI', () => {
  for (const path of ['/', '/runs?status=failed', '/workflows/a%20b'])
    assert.equal(returnAddress(path), path);
  const foreign = ['//evil.example', '/\\evil.example', 'https://evil.example', '', null, ['/']];
  for (const given of foreign) assert.equal(returnAddress(given), '/', String(given));
  assert.equal(returnAddress('/login?failed=unavailable'), '/', 'or it would come back for ever');
});
