import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contextWith, WITH_PAGES, WITHOUT_PAGES } from '../testing/server-context.ts';
import { bringPrometheus } from './servers.ts';

test('links to a Prometheus with a UI', async (t) => {
  const context = await contextWith(t, 'prometheus', WITH_PAGES);
  const { url } = context;
  assert.deepEqual(await bringPrometheus(context), { url, pages: url });
});

test('queries a Prometheus without a UI, but does not link to it', async (t) => {
  const context = await contextWith(t, 'prometheus', WITHOUT_PAGES.prometheus);
  const { url } = context;
  assert.deepEqual(await bringPrometheus(context), { url, pages: undefined });
  assert.match(context.lines.join('\n'), /prometheus +ready .*without UI/);
});

test('uses a given Prometheus instead of starting one', async (t) => {
  const context = await contextWith(t, 'prometheus', WITH_PAGES);
  const prometheusUrl = 'http://prometheus.example:9090';
  const given = { ...context.given, prometheusUrl };
  const found = await bringPrometheus({ ...context, given });
  assert.deepEqual(found, { url: prometheusUrl, pages: prometheusUrl });
  assert.match(context.lines.join('\n'), /PROMETHEUS_URL/);
});

test('shows no password of a given server', async (t) => {
  const context = await contextWith(t, 'prometheus', WITH_PAGES);
  const prometheusUrl = 'http://me:secret@prometheus:9090';
  const given = { ...context.given, prometheusUrl };
  const found = await bringPrometheus({ ...context, given });
  assert.deepEqual(found, { url: prometheusUrl, pages: 'http://me:***@prometheus:9090' });
  assert.equal(context.lines.length, 1);
  assert.doesNotMatch(context.lines.join('\n'), /secret/);
});
