import assert from 'node:assert/strict';
import { test } from 'node:test';
import { homeOf, missingRoles, pagesFor, type Rights, returnAddress } from './pages.ts';

const rightsOf = (...roles: string[]) => ({ roles, gameDays: false, boards: false });
const pagesOf = (account: Rights) =>
  pagesFor(account)
    .map(({ name, tabs }) => [name, ...tabs.map((tab) => tab.name)].join('/'))
    .join(' ');

test('admins see all pages, builders all but secrets and audit log, others only approvals', () => {
  const members = 'overview runs workflows inbox/approvals/events health/alerts/queues dashboards';
  assert.equal(pagesOf({ ...rightsOf('builder'), boards: true }), members);
  const admin = { ...rightsOf('offline_access', 'admin'), boards: true };
  assert.equal(pagesOf(admin), `${members} settings/secrets/audit`);
  assert.equal(pagesOf(rightsOf('on-call')), 'inbox/approvals');
  assert.equal(pagesOf(rightsOf()), 'inbox/approvals');
});

test('boards and alerts are there for those to whom the API shows them', () => {
  const builder = rightsOf('builder');
  const members = 'overview runs workflows inbox/approvals/events health/queues';
  assert.equal(pagesOf(builder), members);
  for (const path of ['/dashboards', '/dashboards/aio-overview', '/health/alerts']) {
    assert.deepEqual(missingRoles(path, builder), ['admin'], path);
    assert.equal(missingRoles(path, { ...builder, boards: true }), null, path);
  }
});

test('everyone sees game days, where there are some', () => {
  const health = (...roles: string[]) =>
    pagesFor({ ...rightsOf(...roles), gameDays: true })
      .find(({ name }) => name === 'health')!
      .tabs.at(-1)!.to;
  assert.equal(health('builder'), '/health/game-days');
  assert.equal(health(), '/health/game-days');
  assert.equal(homeOf([]).to, '/inbox/approvals');
});

test('an entry with tabs leads to the first one that the roles open', () => {
  const inbox = pagesFor(rightsOf('on-call')).find(({ name }) => name === 'inbox');
  assert.equal(inbox?.to, '/inbox/approvals');
});

test('the start page is one that the roles open', () => {
  assert.equal(homeOf(['builder']).to, '/overview');
  assert.equal(homeOf(['on-call']).to, '/inbox/approvals');
});

test('a page names the roles that a user lacks', () => {
  assert.deepEqual(missingRoles('/settings/secrets', rightsOf('builder')), ['admin']);
  assert.deepEqual(missingRoles('/runs/0199', rightsOf('on-call')), ['builder', 'admin']);
  for (const path of ['/runs', '/runs/0199', '/inbox/approvals', '/', '/nothing', '/runsaway'])
    assert.equal(missingRoles(path, rightsOf('builder')), null, path);
});

test('a login returns only to paths of this UI', () => {
  for (const path of ['/', '/runs?status=failed', '/workflows/a%20b'])
    assert.equal(returnAddress(path), path);
  const foreign = ['//evil.example', '/\\evil.example', 'https://evil.example', '', null, ['/']];
  for (const given of foreign) assert.equal(returnAddress(given), '/', String(given));
  assert.equal(returnAddress('/login?failed=unavailable'), '/', 'or it would come back for ever');
});
