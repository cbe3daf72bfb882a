import { StackError } from '@aio/stack/stack-error';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createReport } from './report.ts';

test('the report has a line per step with its duration, output below it, and a summary', async () => {
  const lines: string[] = [];
  let now = 0;
  const report = createReport(
    (line) => lines.push(line),
    new AbortController().signal,
    () => now,
  );
  const after = <Value>(seconds: number, value: Value) => {
    now += seconds * 1000;
    return value;
  };
  assert.equal(await report.step('start', async () => after(2, 'all healthy')), true);
  const shown = async () => after(0.25, { note: '', shown: ['PONG'] });
  assert.equal(await report.step('redis-cli', shown), true);
  const failing = async () => {
    const cause = new StackError('no route', { details: ['last line'] });
    throw new Error('not within 5 s: a run', { cause });
  };
  assert.equal(await report.step('run', failing), false);
  report.skip('grafana', 'no image');
  assert.deepEqual(
    lines.map((line) => line.replace(/ +/g, ' ')),
    [
      ' 2 s ✔ start 2.0 s all healthy',
      ' 2 s ✔ redis-cli 0.3 s',
      ' | PONG',
      ' 2 s ✖ run 0.0 s not within 5 s: a run',
      ' | because: no route',
      ' | because: last line',
      ' 2 s – grafana skipped: no image',
    ],
  );
  assert.equal(report.summary(), '2 passed, 1 failed, 1 skipped');
  assert.equal(report.failed, 1);
});

test('after an interruption the report only runs clean-up steps', async () => {
  const lines: string[] = [];
  const stopping = new AbortController();
  const report = createReport((line) => lines.push(line), stopping.signal);
  const interrupted = report.step('up', async () => {
    stopping.abort(new Error('interrupted'));
    throw new Error('the command was ended');
  });
  await assert.rejects(interrupted, { message: 'interrupted' });
  await assert.rejects(
    report.step('next', async () => assert.fail('begun')),
    {
      message: 'interrupted',
    },
  );
  await report.cleanUp('down', async () => '');
  assert.equal(lines.length, 1);
  assert.equal(report.summary(), '1 passed, 0 failed, 0 skipped');
});
