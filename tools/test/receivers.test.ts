import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { createServer } from 'node:http';
import { delimiter, dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { type Receivers, writeAlertmanager } from '@aio/config/write-alertmanager';
import { waitUntil } from '../system/wait-until.ts';
import { findFreePort } from '../process/free-port.ts';
import { startAlertmanager } from '../servers/alertmanager.ts';
import { makeTestFolder } from '../testing/folder.ts';

const program = process.env.TEST_ALERTMANAGER_PATH;
const skip = program ? false : 'no alertmanager on this machine';

const BASE = 'https://aio.example';
const PAGE = {
  labels: { alertname: 'NoWorkerUp', severity: 'page', job: 'worker' },
  annotations: {
    summary: '0 workers are up',
    description: 'No worker answers its scrape.',
    why_now: 'No run continues until a worker is back.',
    runbook_url: `${BASE}/health/alerts?alert=NoWorkerUp`,
    panel_url: `${BASE}/dashboards/aio-queue-workers#panel-1`,
    examples_url: `${BASE}/runs?status=queued`,
  },
};
const LINKS = ['runbook_url', 'panel_url', 'examples_url'] as const;

/** What a receiver gets when an alert fires, and when it is over. */
interface Got {
  firing: string;
  resolved: string;
}

test('Slack gets a message as its incoming webhooks take it', { skip }, async (t) => {
  const slack = await startHttpReceiver(t, 'ok');
  const { firing, resolved } = await alert(t, { SLACK_URL: slack.url }, slack.bodies);
  // https://docs.slack.dev/legacy/legacy-messaging/legacy-secondary-message-attachments
  const message = JSON.parse(firing) as { attachments: Record<string, string>[] };
  const [attachment] = message.attachments;
  assert.equal(message.attachments.length, 1);
  assert.equal(attachment?.['title'], '[page] NoWorkerUp');
  assert.equal(attachment['fallback'], '[page] NoWorkerUp');
  assert.ok(attachment['text']!.length < 8000);
  assertTells(attachment['text']!);
  const after = JSON.parse(resolved) as { attachments: Record<string, string>[] };
  assert.equal(after.attachments[0]?.['title'], '[over] NoWorkerUp');
  assert.match(after.attachments[0]!['text']!, /^Was: 0 workers are up$/m);
});

test('PagerDuty gets events as its API v2 takes them', { skip }, async (t) => {
  const pagerDuty = await startHttpReceiver(t, '{"status":"success","dedup_key":"x"}', 202);
  const key = '0123456789abcdef0123456789abcdef';
  const got = await alert(t, { PAGERDUTY_KEY: key }, pagerDuty.bodies, {
    pagerduty_url: pagerDuty.url,
  });
  // https://developer.pagerduty.com/docs/send-alert-event
  const [trigger, resolve] = [got.firing, got.resolved].map(
    (text) => JSON.parse(text) as Record<string, string> & { payload: Record<string, unknown> },
  );
  assert.equal(trigger!['routing_key'], key);
  assert.equal(trigger!['event_action'], 'trigger');
  assert.ok(trigger!['dedup_key']!.length <= 255);
  const { summary, source, severity, custom_details: details } = trigger!.payload;
  assert.equal(summary, '[page] NoWorkerUp');
  assert.ok((summary as string).length <= 1024);
  assert.ok(typeof source === 'string' && source !== '');
  assert.equal(severity, 'critical');
  assertTells((details as { alerts: string }).alerts);
  assert.equal(resolve!['event_action'], 'resolve');
  assert.equal(resolve!['dedup_key'], trigger!['dedup_key']);
});

test('mail arrives as RFC 5322 says', { skip }, async (t) => {
  const mail = await startMailServer(t);
  const receivers = {
    MAIL_TO: 'oncall@aio.example',
    MAIL_FROM: 'alerts@aio.example',
    MAIL_SMARTHOST: mail.address,
  };
  const { firing, resolved } = await alert(t, receivers, mail.bodies, { smtp_require_tls: false });
  for (const header of ['From: alerts@aio.example', 'To: oncall@aio.example'])
    assert.ok(firing.includes(`${header}\r\n`), header);
  assert.match(firing, /^Date: .+ [+-]\d{4}\r$/m);
  assert.match(firing, /^Message-Id: <.+@.+>\r$/im);
  assert.ok(firing.includes('Subject: [page] NoWorkerUp\r\n'), firing);
  assertTells(fromQuotedPrintable(firing));
  assert.ok(resolved.includes('Subject: [over] NoWorkerUp\r\n'));
  assert.match(fromQuotedPrintable(resolved), /^Was: 0 workers are up\r?$/m);
});

/** The value, why a person must get up, and absolute links. */
function assertTells(text: string): void {
  assert.match(text, /^0 workers are up\r?$/m);
  assert.match(text, /^Why now: No run continues/m);
  for (const link of LINKS) assert.ok(text.includes(PAGE.annotations[link]), `${link}: ${text}`);
}

/** Lets Alertmanager send an alert, and its end. */
async function alert(
  t: TestContext,
  receivers: Receivers,
  bodies: readonly string[],
  global: object = {},
): Promise<Got> {
  const folder = makeTestFolder(t, 'alertmanager');
  const files = writeAlertmanager(receivers);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const routes = files['alertmanager.yml']!.replaceAll(/(group_\w+): \d\w+/g, '$1: 1s');
  const configFile = join(folder, 'alertmanager.yml');
  writeFileSync(configFile, `global: ${JSON.stringify(global)}\n${routes}`);
  const server = await startAlertmanager({
    dataDir: folder,
    searchPath: [dirname(program!), process.env.PATH].join(delimiter),
    port: await findFreePort(),
    configFile,
  });
  t.after(() => server.stop());
  const post = async (endsAt: Date) => {
    const response = await fetch(`${server.url}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([{ ...PAGE, endsAt: endsAt.toISOString() }]),
    });
    assert.equal(response.status, 200, await response.text());
  };
  await post(new Date(Date.now() + 3_600_000));
  const firing = await waitUntil('the alert arrives', 60_000, async () => bodies[0]);
  await post(new Date());
  const resolved = await waitUntil('its end arrives', 60_000, async () => bodies[1]);
  return { firing, resolved };
}

async function startHttpReceiver(t: TestContext, answer: string, status = 200) {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      bodies.push(body);
      response.writeHead(status).end(answer);
    });
  });
  const port = await listen(server);
  t.after(() => server.close());
  return { url: `http://127.0.0.1:${port}/services/T/B/x`, bodies };
}

/** Takes mail without authentication (RFC 5321). */
async function startMailServer(t: TestContext) {
  const bodies: string[] = [];
  const server = createTcpServer((socket) => {
    let text = '';
    let isData = false;
    socket.write('220 test ESMTP\r\n');
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      text += chunk.toString();
      for (;;) {
        const end = isData ? text.indexOf('\r\n.\r\n') : text.indexOf('\r\n');
        if (end === -1) return;
        const part = text.slice(0, end);
        text = text.slice(end + (isData ? 5 : 2));
        if (isData) bodies.push(part);
        const wasData = isData;
        isData = !wasData && part === 'DATA';
        if (part === 'QUIT') return void socket.end('221 bye\r\n');
        socket.write(isData ? '354 go on\r\n' : '250 ok\r\n');
      }
    });
  });
  const port = await listen(server);
  t.after(() => server.close());
  return { address: `127.0.0.1:${port}`, bodies };
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function fromQuotedPrintable(text: string): string {
  return text
    .replaceAll(/=\r?\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
}
