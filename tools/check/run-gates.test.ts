import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { runGates } from './run-gates.ts';

function gateOf(name: string, script: string, last = false) {
  return { name, command: [process.execPath, '-e', script], last };
}

test('reports the output of a failed command, and runs the last gates after the others', async () => {
  const lines: string[] = [];
  const gates = [
    gateOf('late', '', true),
    gateOf('broken', "console.log('line 3 is wrong'); process.exit(1)"),
    gateOf('fine', "console.log('all is well')"),
  ];
  const results = await runGates(gates, {
    root: tmpdir(),
    env: process.env,
    concurrency: 2,
    write: (line) => lines.push(line),
  });
  const failures = Object.fromEntries(results.map(({ name, failure }) => [name, failure]));
  assert.deepEqual(failures, { broken: 'line 3 is wrong', fine: undefined, late: undefined });
  const [first, second, third] = lines;
  assert.match([first, second].sort().join('\n'), /^✔ fine {2}\(.*\n✖ broken {2}\(/);
  assert.match(third ?? '', /^✔ late {2}\(/);
});

test('a missing command fails', async () => {
  const gates = [{ name: 'gone', command: ['/nowhere/gate'] }];
  const options = { root: tmpdir(), env: {}, concurrency: 1, write: () => {} };
  const [result] = await runGates(gates, options);
  assert.match(result?.failure ?? '', /ENOENT/);
});
