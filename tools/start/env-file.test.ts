import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { makeTestFolder } from '../testing/folder.ts';
import { readSettings } from './env-file.ts';

function settingsOf(t: TestContext, text: string, shell: NodeJS.ProcessEnv = {}) {
  const file = join(makeTestFolder(t, 'env'), '.env');
  writeFileSync(file, text);
  return { file, ...readSettings(shell, { file, isRequired: true }) };
}

test('uses keys, ports and telemetry settings, and names the rest', (t) => {
  const text = `
OPENAI_API_KEY=sk-hidden
ANTHROPIC_API_KEY=sk-ant-hidden
API_PORT=8081
OTEL_EXPORTER_OTLP_HEADERS="authorization=Basic abc=,x-team=blue"
TELEMETRY_ENABLED=true
METRICS_HASH_OWNERS=true
LOG_LEVEL=debug
METRICS_PORT=9000
POSTGRES_PASSWORD=hidden
GRAFANA_PORT=3001
`;
  const { file, env, summary, originOf } = settingsOf(t, text, { PATH: '/bin' });
  assert.deepEqual(env, {
    PATH: '/bin',
    OPENAI_API_KEY: 'sk-hidden',
    ANTHROPIC_API_KEY: 'sk-ant-hidden',
    API_PORT: '8081',
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Basic abc=,x-team=blue',
    TELEMETRY_ENABLED: 'true',
    METRICS_HASH_OWNERS: 'true',
    LOG_LEVEL: 'debug',
  });
  const { PATH: _path, ...used } = env;
  const names = Object.keys(used).toSorted().join(', ');
  const ignored = 'GRAFANA_PORT, METRICS_PORT, POSTGRES_PASSWORD';
  assert.equal(summary, `${file}: uses ${names}; ignores ${ignored}`);
  assert.equal(originOf('API_PORT'), ` (in ${file})`);
  assert.equal(originOf('PATH'), '');
});

test('the shell wins, unless its variable is empty', (t) => {
  const text = 'LOG_LEVEL=debug\nAPI_PORT=8081\n';
  const { env, summary, originOf } = settingsOf(t, text, { LOG_LEVEL: 'warn', API_PORT: '' });
  assert.deepEqual(env, { LOG_LEVEL: 'warn', API_PORT: '8081' });
  assert.match(summary ?? '', /: uses API_PORT; ignores LOG_LEVEL \(the shell sets it\)$/);
  assert.equal(originOf('LOG_LEVEL'), '');
});

test('reads Windows line ends, quotes, export and comments; empty values count as not set', (t) => {
  const text = `\uFEFFexport LOG_LEVEL='debug'\r
# OTEL_SERVICE_NAME=none\r
OTEL_RESOURCE_ATTRIBUTES="team=a b" # note\r
  API_PORT = 8081\r
OPENAI_API_KEY=\r
ANTHROPIC_API_KEY=""\r
`;
  assert.deepEqual(settingsOf(t, text).env, {
    LOG_LEVEL: 'debug',
    OTEL_RESOURCE_ATTRIBUTES: 'team=a b',
    API_PORT: '8081',
  });
});

test('shows no line of a secret of several lines', (t) => {
  const text = 'TLS_KEY=-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG==\n-----END=\n';
  assert.match(settingsOf(t, text).summary ?? '', /: ignores TLS_KEY$/);
});

test('a file without settings says nothing, and so does a missing default file', (t) => {
  assert.equal(settingsOf(t, '# nothing\n').summary, undefined);
  const file = join(makeTestFolder(t, 'env'), '.env');
  const { env, summary } = readSettings({ A: '1' }, { file, isRequired: false });
  assert.deepEqual([env, summary], [{ A: '1' }, undefined]);
});

test('a missing given file and an unreadable one are one clear line', (t) => {
  const folder = makeTestFolder(t, 'env');
  mkdirSync(join(folder, '.env'));
  for (const [name, isRequired, reason] of [
    ['other.env', true, 'ENOENT'],
    ['.env', false, 'EISDIR'],
  ] as const) {
    const file = join(folder, name);
    assert.throws(() => readSettings({}, { file, isRequired }), {
      message: new RegExp(`^cannot read the settings in ${file}: ${reason}`),
      exitCode: 78,
    });
  }
});
