import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { TEMPLATE } from '../../testing/ecs-template.ts';
import { readText, ROOT } from '../../testing/files.ts';
import { makeTestFolder } from '@aio/stack/testing/folder';

const cfnLint = process.env.TEST_CFN_LINT_PATH;
const skip = cfnLint
  ? false
  : 'needs TEST_CFN_LINT_PATH (a Python package): run "npm test", which says why it has none';

/** Reports errors, warnings and information. */
function lint(file: string) {
  const args = ['--include-checks', 'I', '--', file];
  const { status, stdout, stderr } = spawnSync(cfnLint!, args, { cwd: ROOT, encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

test('cfn-lint finds nothing in the template', { skip }, (t) => {
  const { status, output } = lint(TEMPLATE);
  assert.deepEqual({ status, output }, { status: 0, output: '' });
  t.diagnostic(`cfn-lint: no finding in ${readText(TEMPLATE).split('\n').length - 1} lines`);
});

test('cfn-lint finds a size that Fargate does not offer, and an undefined name', { skip }, (t) => {
  const folder = makeTestFolder(t, 'cfn-lint');
  const file = join(folder, 'template.yaml');
  const text = readText(TEMPLATE);
  for (const [right, wrong, code] of [
    ["Memory: '2048'", "Memory: '512'", /E3047/],
    ['!Ref ApiTargets', '!Ref ApiTarget', /E1020/],
  ] as const) {
    assert.ok(text.includes(right), right);
    writeFileSync(file, text.replaceAll(right, wrong));
    const { status, output } = lint(file);
    assert.notEqual(status, 0);
    assert.match(output, code);
  }
});
