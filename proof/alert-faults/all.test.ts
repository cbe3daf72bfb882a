import { listAlerts } from '@aio/catalog/alerts/alerts';
import type { PanelLink } from '@aio/catalog/alerts/alert';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { PROJECT_ROOT } from '@aio/tools/system/own-servers';
import { ALERT_DRILLS } from '../drills/alerts/all.ts';
import { FAULTS, findFault } from './all.ts';

const alerts = new Map(
  Object.values(listAlerts())
    .flat()
    .map((alert) => [alert.name, alert]),
);

test('there are eleven faults with different names', () => {
  assert.equal(new Set(FAULTS.map(({ name }) => name)).size, 11);
  assert.equal(FAULTS.length, 11);
  assert.throws(() => findFault('constructor'), /no fault constructor; there are slow-service/);
});

describe('every fault', () => {
  for (const fault of FAULTS)
    test(fault.name, () => {
      const drill = ALERT_DRILLS.find(({ name }) => name === fault.name);
      assert.equal(drill?.inject, fault.inject, 'is an alert drill, too');
      for (const { alert } of [...fault.fires, ...(fault.also ?? [])])
        assert.ok(alerts.has(alert), `the catalogue has ${alert}`);
      for (const { alert } of fault.fires)
        assert.notEqual(alerts.get(alert)?.severity, 'none', `${alert} reaches people`);
      for (const panel of fault.panels) assert.ok(hasPanel(panel), `there is ${panel.title}`);
    });
});

function hasPanel({ dashboardUid, title }: PanelLink): boolean {
  const file = join(PROJECT_ROOT, `dashboards/generated/${dashboardUid}.json`);
  return readFileSync(file, 'utf8').includes(`"title": "${title}"`);
}
