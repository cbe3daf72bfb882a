import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { runGates } from './run-gates.ts';

function gateOf(name: string, script: string, last = false) {
  return { name, command: [process.execPath, '-e', script], last };
}

test('a failure is told with what the command printed, and the last gates wait for the others', async () => {
  const lines: string[] = [];
  const gates = [
    gateOf('late', '', true),
    gateOf('broken', "console.log('line 3 is wrong'); process.exit(1)"),
    gateOf('fine', "setTimeout(() => console.log('all is well'), 200)"),
  ];
  const results = await runGates(gates, {
    root: tmpdir(),
    env: process.env,
    concurrency: 2,
    write: (line) => lines.push(line),
  });
  const failures = Object.fromEntries(results.map(({ name, failure }) => [name, failure]));
  assert.deepEqual(failures, { broken: 'line 3 is wrong', fine: undefined, late: undefined });
  assert.match(lines[0] ?? '', /^✖ broken {2}\(/);
  assert.match(lines[2] ?? '', /^✔ late {2}\(/);
});

test('a command that is not there fails', async () => {
  const gates = [{ name: 'gone', command: ['/nowhere/gate'] }];
  const options = { root: tmpdir(), env: {}, concurrency: 1, write: () => {} };
  const [result] = await runGates(gates, options);
  assert.match(result?.failure ?? '', /ENOENT/);
});
