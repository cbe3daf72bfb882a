import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { curlOf } from './curl.ts';

test('a shell passes the input on unchanged', () => {
  const input = { text: `it's "quoted" $HOME \`x\`\nsecond line` };
  const command = curlOf(
    { workflow: { name: 'chain', version: 2 }, input },
    'http://localhost:3000',
  );
  const words = execFileSync(
    'sh',
    ['-c', `curl() { for word; do printf '%s\\0' "$word"; done; }\n${command}`],
    {
      env: { AIO_TOKEN: 'secret' },
      encoding: 'utf8',
    },
  ).split('\0');
  assert.deepEqual(words.slice(0, 3), [
    '-X',
    'POST',
    'http://localhost:3000/api/v1/workflows/chain/runs',
  ]);
  assert.ok(words.includes('authorization: Bearer secret'));
  assert.deepEqual(JSON.parse(words[words.indexOf('-d') + 1]!), { version: 2, input });
});
