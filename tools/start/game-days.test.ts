import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { contextWith, WITH_PAGES } from '../testing/server-context.ts';
import { prepareGameDays } from './game-days.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const KEPT = { once: false };

/** What a start needs on a machine without Debian's packages. */
async function contextOf(t: TestContext, { alertmanager = true } = {}) {
  const context = await contextWith(t, 'prometheus', WITH_PAGES);
  const path = process.env.PATH;
  t.after(() => void (process.env.PATH = path));
  process.env.PATH = '';
  if (alertmanager)
    writeFileSync(join(context.dataDir, 'bin/alertmanager'), '#!/bin/sh\n', { mode: 0o755 });
  return { ...context, root: ROOT };
}

test('there are no game days in production, in an image, and with --once', async (t) => {
  const context = await contextOf(t);
  assert.ok(await prepareGameDays(context, {}, KEPT));
  assert.equal(await prepareGameDays(context, { NODE_ENV: 'production' }, KEPT), undefined);
  assert.equal(await prepareGameDays(context, {}, { once: true }), undefined);
  // An image has no proof/.
  assert.equal(await prepareGameDays({ ...context, root: context.dataDir }, {}, KEPT), undefined);
});

test('each start has another token', async (t) => {
  const context = await contextOf(t);
  const [first, second] = [
    await prepareGameDays(context, {}, KEPT),
    await prepareGameDays(context, {}, KEPT),
  ];
  assert.notEqual(first?.token, second?.token);
  assert.match(first?.token ?? '', /^[\w-]{32}$/);
});

test('Alertmanager starts if npm start configures both servers', async (t) => {
  const context = await contextOf(t);
  const prepare = async (env = {}, given = {}) => {
    const servers = { ...context, given: { ...context.given, ...given } };
    const prepared = await prepareGameDays(servers, env, KEPT);
    return [prepared?.alertmanagerPort, prepared?.undelivered];
  };
  assert.deepEqual(await prepare(), [context.ports.alertmanager, '']);
  const [port, reason] = await prepare({ ALERTMANAGER_URL: 'http://alertmanager:9093' });
  assert.equal(port, undefined);
  assert.match(reason as string, /^ALERTMANAGER_URL names/);
  const [, given] = await prepare({}, { prometheusUrl: 'http://p' });
  assert.match(given as string, /^PROMETHEUS_URL names/);
});

test('without a program and without packages, game days say why nothing is delivered', async (t) => {
  const context = await contextOf(t, { alertmanager: false });
  const prepared = await prepareGameDays(context, {}, KEPT);
  assert.equal(prepared?.alertmanagerPort, undefined);
  assert.match(prepared?.undelivered ?? '', /^prometheus-alertmanager is not installed, .*apt-get/);
});
