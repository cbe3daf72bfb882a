import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureAddress } from './request-checks.ts';

const accept = 'text/html,application/xhtml+xml';

test('a browser whose login fails gets the login page, with its return address', () => {
  const target = 'returnTo=%2Fruns%3Fstatus%3Dfailed';
  const login = { method: 'GET', accept, path: `/auth/login?${target}` };
  assert.equal(failureAddress(login, 'unavailable'), `/login?failed=unavailable&${target}`);
  const back = { method: 'GET', accept, path: '/auth/callback?code=c&state=s' };
  assert.equal(failureAddress(back, 'login_failed'), '/login?failed=login_failed');
});

test('other requests get the problem', () => {
  for (const request of [
    { method: 'GET', accept: 'application/json', path: '/auth/login' },
    { method: 'POST', accept, path: '/auth/login' },
    { method: 'GET', accept, path: '/auth/me' },
    { method: 'POST', accept, path: '/auth/logout' },
  ])
    assert.equal(failureAddress(request, 'unavailable'), null, request.path);
});
