import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { contextWith, WITH_PAGES } from '../testing/server-context.ts';
import { chooseGameDays } from './game-days.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const KEPT = { once: false };

async function contextOf(t: TestContext) {
  return { ...(await contextWith(t, 'prometheus', WITH_PAGES)), root: ROOT };
}

test('there are no game days in production, in an image, and with --once', async (t) => {
  const context = await contextOf(t);
  assert.ok(chooseGameDays(context, {}, KEPT));
  assert.equal(chooseGameDays(context, { NODE_ENV: 'production' }, KEPT), undefined);
  assert.equal(chooseGameDays(context, {}, { once: true }), undefined);
  // An image has no proof/.
  assert.equal(chooseGameDays({ ...context, root: context.dataDir }, {}, KEPT), undefined);
});

test('each start has another token', async (t) => {
  const context = await contextOf(t);
  const tokens = [1, 2].map(() => chooseGameDays(context, {}, KEPT)?.token);
  assert.notEqual(tokens[0], tokens[1]);
  assert.match(tokens[0] ?? '', /^[\w-]{32}$/);
});

test('Alertmanager starts if the machine has one and npm start configures both servers', async (t) => {
  const context = await contextOf(t);
  const choose = (env = {}, given = {}) => {
    const chosen = chooseGameDays({ ...context, given: { ...context.given, ...given } }, env, KEPT);
    return [chosen?.alertmanagerPort, chosen?.undelivered];
  };
  assert.deepEqual(choose(), [undefined, 'this machine has no Alertmanager on PATH']);
  mkdirSync(join(context.dataDir, 'bin'), { recursive: true });
  writeFileSync(join(context.dataDir, 'bin/alertmanager'), '#!/bin/sh\n', { mode: 0o755 });
  assert.deepEqual(choose(), [context.ports.alertmanager, '']);
  const [port, reason] = choose({ ALERTMANAGER_URL: 'http://alertmanager:9093' });
  assert.equal(port, undefined);
  assert.match(reason as string, /^ALERTMANAGER_URL names/);
  assert.match(choose({}, { prometheusUrl: 'http://p' })[1] as string, /^PROMETHEUS_URL names/);
});
