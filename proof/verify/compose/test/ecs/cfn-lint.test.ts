import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { TEMPLATE } from '../../testing/ecs-template.ts';
import { ROOT } from '../../testing/files.ts';

const cfnLint = process.env.TEST_CFN_LINT_PATH;
const skip = cfnLint
  ? false
  : 'needs TEST_CFN_LINT_PATH (a Python package): run "npm test", which says why it has none';

test('cfn-lint finds no error, warning or information in the template', { skip }, () => {
  const args = ['--include-checks', 'I', '--', TEMPLATE];
  const { status, stdout, stderr } = spawnSync(cfnLint!, args, { cwd: ROOT, encoding: 'utf8' });
  assert.deepEqual({ status, output: stdout + stderr }, { status: 0, output: '' });
});
