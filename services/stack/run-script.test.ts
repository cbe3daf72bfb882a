import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { runScript } from './run-script.ts';
import { makeTestFolder } from './testing/folder.ts';

/** A project whose scripts end with the number of their arguments as exit code. */
function makeProject(t: TestContext, names: readonly string[]): string {
  const root = makeTestFolder(t, 'load');
  mkdirSync(join(root, 'loadtest/bench'), { recursive: true });
  for (const name of names) {
    const file = join(root, 'loadtest/bench', `${name}.ts`);
    writeFileSync(file, 'process.exit(process.argv.length - 2)');
  }
  return root;
}

test('the first argument names the script, which gets the others', async (t) => {
  const root = makeProject(t, ['chain', 'fan']);
  assert.equal(await runScript(root, 'loadtest/bench', ['fan', '--runs', '3']), 2);
});

test('without a name, runs the script named like the folder, or the only one', async (t) => {
  assert.equal(
    await runScript(makeProject(t, ['bench', 'fan']), 'loadtest/bench', ['--runs=3']),
    1,
  );
  assert.equal(await runScript(makeProject(t, ['fan']), 'loadtest/bench', []), 0);
});

test('refuses an unknown name and lists the known ones', (t) => {
  const root = makeProject(t, ['chain', 'fan']);
  const message = 'unknown name "line", expected one of chain, fan (loadtest/bench)';
  assert.throws(() => runScript(root, 'loadtest/bench', ['line']), { message, exitCode: 64 });
  assert.throws(() => runScript(root, 'loadtest/bench', []), {
    message: /^no name given, expected /,
  });
});
