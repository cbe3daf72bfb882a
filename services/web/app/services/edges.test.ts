import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boardOf, edgesOf, healthOf } from './edges.ts';
import { placeServices } from './place-services.ts';

const edges = edgesOf({
  calls: new Map(
    Object.entries({
      'clients → API': 12,
      'API → PostgreSQL': 40,
      'workers → openai': 2,
      other: 1,
    }),
  ),
  failed: new Map([['workers → openai', 0.5]]),
  p95: new Map([['API → PostgreSQL', 0.004]]),
});

test('an edge combines the values of the panels', () => {
  assert.deepEqual(edges, [
    { from: 'clients', to: 'API', perSecond: 12, failed: null, p95: null },
    { from: 'API', to: 'PostgreSQL', perSecond: 40, failed: null, p95: 0.004 },
    { from: 'workers', to: 'openai', perSecond: 2, failed: 0.5, p95: null },
  ]);
});

test('a service is as healthy as the worst of its calls', () => {
  const calls = (perSecond: number, failed: number | null) => ({ perSecond, failed });
  assert.equal(healthOf([]), 'idle');
  assert.equal(healthOf([calls(0, null)]), 'idle');
  assert.equal(healthOf([calls(3, null)]), 'healthy');
  assert.equal(healthOf([calls(3, 0), calls(1, 0.06)]), 'look');
  assert.equal(healthOf([calls(3, 0.3)]), 'failing');
});

test('providers of models have the board of models', () => {
  assert.equal(boardOf('openai'), '/dashboards/aio-llm');
  assert.equal(boardOf('API'), '/dashboards/aio-api');
});

test('callers are to the left of what they call, and no service lies on another', () => {
  const { services, width, height } = placeServices(edges);
  const at = new Map(services.map((service) => [service.name, service]));
  for (const { from, to } of edges) assert.ok(at.get(from)!.x < at.get(to)!.x, `${from} ${to}`);
  assert.equal(new Set(services.map(({ x, y }) => `${x} ${y}`)).size, 5);
  assert.ok(width > 0 && height > 0);
});
