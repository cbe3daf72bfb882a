import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { findFreePort } from './free-port.ts';
import { isPortFree } from './ports.ts';

const FROM_ANOTHER_PROCESS = `
  import { findFreePort } from ${JSON.stringify(import.meta.resolve('./free-port.ts'))};
  console.log(JSON.stringify(await Promise.all(Array.from({ length: 100 }, findFreePort))));`;

test('gives a port to one process, outside of the range of outgoing connections', async () => {
  const runScript = promisify(execFile);
  const elsewhere = Array.from({ length: 4 }, async () => {
    const args = ['--input-type=module', '--eval', FROM_ANOTHER_PROCESS];
    return JSON.parse((await runScript(process.execPath, args)).stdout) as number[];
  });
  const here = await Promise.all(Array.from({ length: 100 }, findFreePort));
  assert.equal(new Set(here).size, 100);
  assert.ok(here.every((port) => port < 32_768));
  assert.ok(await isPortFree(here[0]!));
  for (const theirs of await Promise.all(elsewhere)) {
    assert.equal(new Set(theirs).size, 100);
    assert.deepEqual(
      theirs.filter((port) => here.includes(port)),
      [],
    );
  }
});
