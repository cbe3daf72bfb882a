import { listAlerts } from '@aio/catalog/alerts/alerts';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ALERT_DRILLS } from './all.ts';

const alerts = Object.values(listAlerts()).flat();
const names = new Set(alerts.map(({ name }) => name));

test('every alert that pages has a drill', () => {
  const drilled = new Set(ALERT_DRILLS.flatMap(({ fires }) => fires.map(({ alert }) => alert)));
  const paging = alerts.filter(({ severity }) => severity === 'page').map(({ name }) => name);
  assert.deepEqual(
    paging.filter((name) => !drilled.has(name)),
    [],
  );
});

describe('every drill', () => {
  for (const { name, fires, also = [] } of ALERT_DRILLS)
    test(name, () => {
      assert.match(name, /^[a-z][a-z-]*$/);
      assert.ok(fires.length > 0, 'says what must fire');
      for (const { alert } of [...fires, ...also])
        assert.ok(names.has(alert), `the catalogue has no alert ${alert}`);
    });

  test('has a unique name', () => {
    const all = ALERT_DRILLS.map(({ name }) => name);
    assert.equal(new Set(all).size, all.length);
  });
});
