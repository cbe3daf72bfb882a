import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { curlOf } from './links.ts';

test('a shell passes the input on unchanged', () => {
  const input = { text: `it's "quoted" $HOME \`x\`\nsecond line` };
  const origin = 'http://localhost:3000';
  const command = curlOf({ workflow: { name: 'chain', version: 2 }, input }, origin);
  const script = `curl() { for word; do printf '%s\\0' "$word"; done; }\n${command}`;
  const env = { AIO_TOKEN: 'secret' };
  const words = execFileSync('sh', ['-c', script], { env, encoding: 'utf8' }).split('\0');
  assert.deepEqual(words.slice(0, 3), ['-X', 'POST', `${origin}/api/v1/workflows/chain/runs`]);
  assert.ok(words.includes('authorization: Bearer secret'));
  assert.deepEqual(JSON.parse(words[words.indexOf('-d') + 1]!), { version: 2, input });
});
