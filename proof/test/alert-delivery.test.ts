import { startAlertmanager } from '@aio/tools/servers/alertmanager';
import { findFreePort } from '@aio/tools/process/free-port';
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { startReceiver } from '../drills/alerts/kit/receiver.ts';
import { writeAlertConfig } from '@aio/tools/servers/write-alert-config';
import { programFolder, PROJECT_ROOT } from '@aio/tools/system/own-servers';
import { makeScratchFolder } from '@aio/tools/cli/scratch-folder';
import { waitUntil } from '@aio/tools/system/wait-until';

const skip = process.env.TEST_AMTOOL_PATH ? false : 'no Alertmanager on this machine';
const WITHIN_MS = 60_000;

test('Alertmanager posts alerts to the webhook when they fire and end', { skip }, async (t) => {
  const searchPath = process.env.PATH ?? '';
  const dataDir = makeScratchFolder('alert-delivery');
  const receiver = await startReceiver();
  t.after(() => receiver.close());
  const { alertmanagerFile: configFile } = await writeAlertConfig(dataDir, {
    root: PROJECT_ROOT,
    webhook: receiver.url,
    searchPath,
  });
  const routes = readFileSync(configFile, 'utf8');
  writeFileSync(configFile, routes.replaceAll(/(group_\w+): \d\w+/g, '$1: 1s'));
  const alertmanager = await startAlertmanager({
    dataDir,
    programDir: programFolder(process.env.AIO_DATA_DIR),
    searchPath,
    port: await findFreePort(),
    configFile,
  });
  t.after(() => alertmanager.stop());
  const post = async (severity: string, labels: Record<string, string>, endsAt?: Date) => {
    const response = await fetch(`${alertmanager.url}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([{ labels: { severity, ...labels }, ...(endsAt && { endsAt }) }]),
    });
    assert.equal(response.status, 200, await response.text());
  };
  const arrived = (status: string) =>
    receiver.arrivals.filter((arrival) => arrival.status === status).map(({ alert }) => alert);
  const page = { alertname: 'NoWorkerUp', job: 'worker' };
  await post('page', page);
  await post('ticket', { alertname: 'TargetDown', job: 'worker', instance: 'w' });
  await post('none', { alertname: 'Watchdog' });
  await post('ticket', { alertname: 'PoisonStep' });
  await waitUntil('both arrive', WITHIN_MS, async () => arrived('firing').length >= 2);
  // TargetDown was posted before PoisonStep: NoWorkerUp inhibits it. The heartbeat has no receiver.
  assert.deepEqual(arrived('firing').toSorted(), ['NoWorkerUp', 'PoisonStep']);
  const noWorker = receiver.arrivals.find(({ alert }) => alert === 'NoWorkerUp');
  assert.equal(noWorker?.labels['severity'], 'page');
  await post('page', page, new Date());
  await waitUntil('the end arrives', WITHIN_MS, async () => arrived('resolved').length > 0);
  assert.deepEqual(arrived('resolved'), ['NoWorkerUp']);
});
