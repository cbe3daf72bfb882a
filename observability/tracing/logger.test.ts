import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogger } from './logger.ts';
import { createSpans } from './spans.ts';
import { collectSpans } from './testing/collect-spans.ts';

collectSpans();
const spans = createSpans({ scope: 'test' });
const REQUEST = { method: 'GET', headers: {} };

function capture(level = 'info') {
  const lines: Record<string, unknown>[] = [];
  const log = createLogger(
    { service: 'test', level },
    { write: (line) => void lines.push(JSON.parse(line)) },
  );
  return { log, lines };
}

test('a line in a span has its ids, a line outside has none', async () => {
  const { log, lines } = capture();
  await spans.inServerSpan(REQUEST, async (span) => {
    log.info({ order: 'o1' }, 'hello');
    const { traceId, spanId } = span.spanContext();
    const [line] = lines;
    assert.equal(line?.['trace_id'], traceId);
    assert.equal(line?.['span_id'], spanId);
    assert.equal(line?.['order'], 'o1');
    assert.equal(line?.['service'], 'test');
    assert.equal(line?.['level'], 'info');
    assert.match(String(line?.['time']), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  });
  log.info('outside');
  assert.ok(!('trace_id' in (lines[1] ?? {})));
});

test('a line about another span keeps the given ids', async () => {
  const { log, lines } = capture();
  await spans.inServerSpan(REQUEST, async () => {
    log.info({ trace_id: 'a', span_id: 'b' }, 'about another');
  });
  assert.equal(lines[0]?.['trace_id'], 'a');
  assert.equal(lines[0]?.['span_id'], 'b');
});

test('secrets do not reach a line', () => {
  const { log, lines } = capture();
  const headers = { authorization: 'Bearer canary', 'set-cookie': 'sid=canary', accept: 'x' };
  log.info({ headers, request: { headers }, apiKey: 'canary' }, 'request');
  log.child({ password: 'canary' }).info('child');
  assert.equal(lines.length, 2);
  assert.ok(!JSON.stringify(lines).includes('canary'), JSON.stringify(lines));
  assert.ok(JSON.stringify(lines).includes('"accept":"x"'));
});

test('everything in a line passes `redact`', () => {
  const lines: string[] = [];
  const redact = (line: string) => line.replaceAll('canary', '[redacted]');
  const config = { service: 'test', level: 'info', redact };
  const log = createLogger(config, { write: (line) => void lines.push(line) });
  log.info({ 'a canary': ['canary'], err: new Error('of canary') }, 'said canary');
  log.child({ deep: { canary: 1 } }).warn('canary');
  assert.equal(lines.length, 2);
  assert.doesNotMatch(lines.join(), /canary/);
  for (const line of lines) assert.match(JSON.parse(line).msg, /\[redacted\]$/);
});

test('lines below the level are left out', () => {
  const { log, lines } = capture('warn');
  log.info('quiet');
  log.warn('loud');
  const messages = lines.map(({ msg }) => msg);
  assert.deepEqual(messages, ['loud']);
});
