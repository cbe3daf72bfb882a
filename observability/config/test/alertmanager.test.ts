import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { succeeds, temporaryFolder } from '@aio/catalog/testing/programs';
import { parse } from 'yaml';
import { writeAlertmanager } from '../write-alertmanager.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const SHIPPED = join(ROOT, 'observability/config/alertmanager/alertmanager.yml');
/** With characters that a shell, sed and YAML interpret. */
const WEBHOOK = 'https://hooks.example/T1/$b?a=1&b={2},3|4#5: 6';

interface Config {
  receivers: { name: string; webhook_configs?: { url: string }[] }[];
}

const receiversOf = (text: string) =>
  (parse(text) as Config).receivers.map(({ name, webhook_configs: webhooks = [] }) => [
    name,
    ...webhooks.map(({ url }) => url),
  ]);

test('as shipped, Alertmanager sends nothing', () => {
  const shipped = readFileSync(SHIPPED, 'utf8');
  assert.deepEqual(receiversOf(shipped), [['pages'], ['tickets'], ['heartbeat']]);
});

test('pages and tickets go to the URL, and drills have shorter waits', () => {
  assert.deepEqual(receiversOf(writeAlertmanager(WEBHOOK)), [
    ['pages', WEBHOOK],
    ['tickets', WEBHOOK],
    ['heartbeat'],
  ]);
  assert.match(writeAlertmanager(WEBHOOK, 1 / 60), /group_interval: 5s/);
});

test('Compose starts it without a URL, and writes the same file with one', (t) => {
  const written = join(temporaryFolder(t), 'alertmanager.yml');
  const start = (webhook: string) => {
    const { status, stdout, stderr } = spawnSync('sh', ['-c', composeScript(written)], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, ALERT_WEBHOOK_URL: webhook },
    });
    assert.equal(status, 0, stderr);
    return /--config\.file=(\S+)/.exec(stdout)?.[1];
  };
  assert.equal(start(''), SHIPPED);
  assert.equal(existsSync(written), false);
  assert.equal(start(WEBHOOK), written);
  assert.equal(readFileSync(written, 'utf8'), writeAlertmanager(WEBHOOK));
});

const amtool = process.env.TEST_AMTOOL_PATH;
const withAmtool = { skip: amtool ? false : 'no amtool on this machine' };

test('amtool takes the configuration with the address', withAmtool, (t) => {
  const written = join(temporaryFolder(t), 'alertmanager.yml');
  spawnSync('sh', ['-c', composeScript(written)], {
    env: { PATH: process.env.PATH, ALERT_WEBHOOK_URL: WEBHOOK },
  });
  succeeds(amtool, ['check-config', written]);
});

/** The command of the container with local paths; it prints what it would start. */
function composeScript(written: string): string {
  const compose = parse(readFileSync(join(ROOT, 'docker-compose.observability.yml'), 'utf8'), {
    merge: true,
  }) as { services: { alertmanager: { command: string[] } } };
  const [script = ''] = compose.services.alertmanager.command;
  return script
    .replaceAll('$$', '$')
    .replaceAll('/etc/alertmanager/alertmanager.yml', SHIPPED)
    .replaceAll('/tmp/alertmanager.yml', written)
    .replace('exec /bin/alertmanager', 'echo');
}
