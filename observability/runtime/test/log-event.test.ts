import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogger } from '../logger.ts';
import { logEvent } from '../log-event.ts';

function capture() {
  const lines: Record<string, unknown>[] = [];
  const log = createLogger(
    { service: 'aio-test', level: 'debug' },
    { write: (line) => void lines.push(JSON.parse(line)) },
  );
  return { log, lines };
}

test('an event has name, level and message of its entry', () => {
  const { log, lines } = capture();
  logEvent(log, 'runEnded', { run_id: 'r1', run_status: 'succeeded' });
  const { event, level, msg, run_id } = lines[0]!;
  assert.deepEqual([event, level, msg, run_id], ['aio.run.ended', 'info', 'Run ended', 'r1']);
});

test('a step’s own fields cannot change the name of the event', () => {
  const { log, lines } = capture();
  const own: Record<string, unknown> = { event: 'aio.run.ended', status: 1 };
  logEvent(log, 'stepLogged', own, { message: 'own' });
  const { event, status, msg } = lines[0]!;
  assert.deepEqual([event, status, msg], ['aio.step.logged', 1, 'own']);
});

test('callers may choose a level and a message', () => {
  const { log, lines } = capture();
  logEvent(log, 'requestFailed', {}, { severity: 'warn', message: 'Try again' });
  const { event, level, msg } = lines[0]!;
  assert.deepEqual([event, level, msg], ['aio.request.failed', 'warn', 'Try again']);
});

test('unknown names do not compile', () => {
  // @ts-expect-error unknown event
  assert.throws(() => logEvent(capture().log, 'runFinished', {}));
});
