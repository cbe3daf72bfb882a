import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { findProxy } from '../servers/proxy.ts';
import { StackError } from '../stack-error.ts';
import { makeTestFolder, PROGRAM_DIR } from '../testing/folder.ts';
import { findOffset, runStack } from '../testing/running-stack.ts';

const root = resolve(import.meta.dirname, '../..');
const searchPath = process.env.PATH ?? '';

const found = await findProxy({ dataDir: PROGRAM_DIR, searchPath }).catch((error: unknown) => {
  if (error instanceof StackError) return error;
  throw error;
});
const program = found instanceof StackError ? '' : found.path;
const skip = found instanceof StackError && found.message;

test('HAProxy accepts the configuration of Compose without a warning', { skip }, () => {
  const config = join(root, 'services/proxy/haproxy.cfg');
  const { status, stdout, stderr } = spawnSync(program, ['-c', '-q', '-f', config], {
    env: { PATH: searchPath },
    encoding: 'utf8',
  });
  assert.deepEqual([status, stdout, stderr], [0, '', '']);
});

test('npm start starts several APIs behind the proxy', { skip }, async (t) => {
  const dataDir = makeTestFolder(t, 'proxy');
  mkdirSync(join(PROGRAM_DIR, 'debian'), { recursive: true });
  symlinkSync(join(PROGRAM_DIR, 'debian'), join(dataDir, 'debian'));
  const offset = String(await findOffset());
  const args = ['--port-offset', offset, '--workers', '1', '--apis', '2', '--once'];
  const stack = runStack(dataDir, args);
  assert.equal(await stack.exited, 0, stack.output());
  for (const part of ['api ', 'api-2', 'proxy']) {
    assert.match(stack.output(), new RegExp(`${part} +ready`));
    assert.match(stack.output(), new RegExp(`${part} +stopped`));
  }
});
