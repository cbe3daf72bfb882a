import { listAlerts } from '@aio/catalog/alerts/alerts';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ALERT_DRILLS, WITHOUT_DRILL } from './all.ts';

const alerts = new Map(
  Object.values(listAlerts())
    .flat()
    .map((alert) => [alert.name, alert]),
);

test('every alert in the catalogue has a drill, or a reason for having none', (t) => {
  const drilled = new Set(ALERT_DRILLS.flatMap(({ fires }) => fires.map(({ alert }) => alert)));
  const missing = [...alerts.keys()].filter((name) => !drilled.has(name));
  assert.deepEqual(missing, Object.keys(WITHOUT_DRILL));
  for (const [name, reason] of Object.entries(WITHOUT_DRILL))
    t.diagnostic(`no drill for ${name}: ${reason}`);
});

describe('every drill', () => {
  for (const { name, fires, also = [], inject, run } of ALERT_DRILLS)
    test(name, () => {
      assert.match(name, /^[a-z][a-z-]*$/);
      assert.ok(fires.length > 0, 'says what must fire');
      assert.equal([inject, run].filter(Boolean).length, 1, 'has either `inject` or `run`');
      for (const { alert } of [...fires, ...also])
        assert.ok(alerts.has(alert), `the catalogue has no alert ${alert}`);
    });

  test('has a unique name', () => {
    const names = ALERT_DRILLS.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
  });
});
