import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { test, type TestContext } from 'node:test';
import { succeeds, temporaryFolder } from '@aio/catalog/testing/programs';
import { parse } from 'yaml';
import { type Receivers, writeAlertmanager } from '../write-alertmanager.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const SHIPPED = join(ROOT, 'observability/config/alertmanager/alertmanager.yml');
/** With characters that a shell, sed and YAML interpret. */
const WEBHOOK = 'https://hooks.example/T1/$b?a=1&b={2},3|4#5: 6';

const EVERY_RECEIVER = {
  WEBHOOK_URL: WEBHOOK,
  SLACK_URL: 'https://hooks.slack.com/services/T/B/x',
  PAGERDUTY_KEY: '0123456789abcdef0123456789abcdef',
  MAIL_TO: 'oncall@aio.example',
  MAIL_FROM: 'alerts@aio.example',
  MAIL_SMARTHOST: 'mail.example:587',
};

interface Config {
  receivers: { name: string; webhook_configs?: { url: string }[] }[];
}

const receiversOf = (text: string) =>
  (parse(text) as Config).receivers.map(({ name, webhook_configs: webhooks = [] }) => [
    name,
    ...webhooks.map(({ url }) => url),
  ]);
const written = (receivers: Receivers): string => writeAlertmanager(receivers)['alertmanager.yml']!;

test('as shipped, Alertmanager sends nothing', () => {
  const shipped = readFileSync(SHIPPED, 'utf8');
  assert.deepEqual(receiversOf(shipped), [['pages'], ['tickets'], ['heartbeat']]);
});

test('pages and tickets go to the URL', () => {
  assert.deepEqual(receiversOf(written({ WEBHOOK_URL: WEBHOOK })), [
    ['pages', WEBHOOK],
    ['tickets', WEBHOOK],
    ['heartbeat'],
  ]);
});

test('Compose writes the same file as the generator, for each receiver', (t) => {
  assert.equal(startByCompose(t, {}), written({}));
  for (const receivers of [{ WEBHOOK_URL: WEBHOOK }, EVERY_RECEIVER])
    assert.equal(startByCompose(t, receivers), written(receivers));
});

const amtool = process.env.TEST_AMTOOL_PATH;
const withAmtool = { skip: amtool ? false : 'no amtool on this machine' };

test('amtool takes the configuration with every receiver', withAmtool, (t) => {
  const folder = temporaryFolder(t);
  for (const [name, text] of Object.entries(writeAlertmanager(EVERY_RECEIVER)))
    writeFileSync(join(folder, name), text);
  succeeds(amtool, ['check-config', join(folder, 'alertmanager.yml')]);
});

/** Runs the command of the container with local paths. @returns the configuration that it would start */
function startByCompose(t: TestContext, receivers: Receivers): string {
  const compose = parse(readFileSync(join(ROOT, 'docker-compose.observability.yml'), 'utf8'), {
    merge: true,
  }) as { services: { alertmanager: { command: string[] } } };
  const [script = ''] = compose.services.alertmanager.command;
  const folder = temporaryFolder(t);
  const local = script
    .replaceAll('$$', '$')
    // First, because the repository itself may be below /tmp.
    .replaceAll('/tmp/', `${folder}/`)
    .replaceAll('/etc/alertmanager', dirname(SHIPPED))
    .replace('exec /bin/alertmanager', 'echo');
  const settings = Object.entries(receivers).map(([name, value]) => [`ALERT_${name}`, value]);
  const { status, stderr } = spawnSync('sh', ['-c', local], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, ...Object.fromEntries(settings) },
  });
  assert.equal(status, 0, stderr);
  return readFileSync(join(folder, 'alertmanager.yml'), 'utf8');
}
