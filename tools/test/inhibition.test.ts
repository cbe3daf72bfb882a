import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { test } from 'node:test';
import { writeAlertmanager } from '@aio/config/write-alertmanager';
import { findFreePort } from '../process/free-port.ts';
import { startAlertmanager } from '../servers/alertmanager.ts';
import { waitUntil } from '../system/wait-until.ts';
import { makeTestFolder } from '../testing/folder.ts';

const program = process.env.TEST_ALERTMANAGER_PATH;
const skip = program ? false : 'no alertmanager on this machine';

/** None of them holds another one back. */
const ALERTS = [
  'ApiAvailabilityBurn',
  'DatabasePoolWaiting',
  'DependencyInterrupted',
  'LeaseTakeovers',
  'QueueTimeBurn',
  'RunsFailing',
];

for (const [dependency, heldBack] of [
  ['database', 'ApiAvailabilityBurn DependencyInterrupted LeaseTakeovers QueueTimeBurn'],
  ['redis', 'DependencyInterrupted QueueTimeBurn'],
  ['redis_cache', 'DependencyInterrupted'],
] as const)
  test(`${dependency} holds back what it causes, while it is down`, { skip }, async (t) => {
    const folder = makeTestFolder(t, 'alertmanager');
    for (const [name, text] of Object.entries(writeAlertmanager({})))
      writeFileSync(join(folder, name), text);
    const { url, stop } = await startAlertmanager({
      dataDir: folder,
      searchPath: [dirname(program!), process.env.PATH].join(delimiter),
      port: await findFreePort(),
      configFile: join(folder, 'alertmanager.yml'),
    });
    t.after(() => stop());
    const post = async (names: readonly string[], endsAt = Date.now() + 3_600_000) => {
      const response = await fetch(`${url}/api/v2/alerts`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(
          names.map((alertname) => ({
            labels: { alertname, dependency },
            endsAt: new Date(endsAt).toISOString(),
          })),
        ),
      });
      assert.equal(response.status, 200, await response.text());
    };
    const holdsBack = (expected: string, among: number) =>
      waitUntil(`of ${among} alerts, it holds back ${expected || 'none'}`, 30_000, async () => {
        const response = await fetch(`${url}/api/v2/alerts`);
        const alerts = (await response.json()) as {
          labels: { alertname: string };
          status: { inhibitedBy: string[] };
        }[];
        const names = alerts.flatMap(({ labels, status }) =>
          status.inhibitedBy.length > 0 ? [labels.alertname] : [],
        );
        return alerts.length === among && names.toSorted().join(' ') === expected;
      });
    await post(['DependencyDown', ...ALERTS]);
    await holdsBack(heldBack, ALERTS.length + 1);
    await post(['DependencyDown'], Date.now());
    await holdsBack('', ALERTS.length);
  });
