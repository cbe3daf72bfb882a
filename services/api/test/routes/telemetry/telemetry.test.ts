import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestApi } from '../../../testing/start-test-api.ts';
import { startTraced } from '../../../testing/start-traced.ts';
import { OTHER } from '../../../testing/test-issuer.ts';

const VITALS = '/api/v1/telemetry/vitals';

test('a page of a member learns which share of its traces to keep', async (t) => {
  const { api } = await startTraced(t, 0.25);
  const ofNobody = await api.inBrowser({ ...OTHER, roles: [] });
  assert.deepEqual((await api.get('/api/v1/telemetry')).body, { traces: { ratio: 0.25 } });
  assert.deepEqual((await ofNobody.get('/api/v1/telemetry')).body, { traces: null });
});

test('a page begins no traces if tracing is off', async (t) => {
  const api = await startTestApi(t);
  assert.deepEqual((await api.get('/api/v1/telemetry')).body, { traces: null });
});

test('counts web vitals by page', async (t) => {
  const api = await startTestApi(t);
  const vitals = [
    { name: 'LCP', route: '/runs/:id', value: 1800 },
    { name: 'INP', route: '/runs/:id', value: 64 },
    { name: 'CLS', route: '/overview', value: 0.05 },
  ];
  assert.equal((await api.post(VITALS, { vitals })).status, 204);
  const { body } = await api.registry.scrape();
  for (const line of [
    'aio_web_largest_contentful_paint_seconds_sum{route="/runs/:id"} 1.8',
    'aio_web_interaction_to_next_paint_seconds_sum{route="/runs/:id"} 0.064',
    'aio_web_cumulative_layout_shift_sum{route="/overview"} 0.05',
  ])
    assert.ok(body.includes(line), line);
  for (const wrong of [
    { name: 'FCP', route: '/runs', value: 1 },
    { name: 'LCP', route: '/runs/0190', value: 1 },
    { name: 'LCP', route: '/runs', value: -1 },
  ])
    assert.equal((await api.post(VITALS, { vitals: [wrong] })).status, 422);
});
