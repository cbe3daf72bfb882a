import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeTestFolder } from '@aio/stack/testing/folder';
import { clean } from './clean.ts';
import { createDocker } from '@aio/stack/without-images/docker';

/** A client whose `docker` is a shell script. @returns the client and its calls so far */
function fakeDocker(t: TestContext, body: string, signal?: AbortSignal) {
  const folder = makeTestFolder(t, 'docker');
  const asked = join(folder, 'asked');
  writeFileSync(asked, '');
  const script = `#!/bin/sh\necho "$*" >> '${asked}'\n${body}\n`;
  writeFileSync(join(folder, 'docker'), script, { mode: 0o755 });
  const running = new Set<Promise<unknown>>();
  const docker = createDocker({
    env: { PATH: `${folder}:${process.env.PATH}` },
    cwd: folder,
    logDir: folder,
    running,
    ...(signal && { signal }),
  });
  return { docker, running, asked: () => readFileSync(asked, 'utf8').split('\n').filter(Boolean) };
}

test('clean removes stand-ins and images of AIO even if `down` fails', async (t) => {
  const { docker, asked } = fakeDocker(
    t,
    `case "$*" in
      compose*) echo 'no such file' >&2; exit 1 ;;
      'image ls'*label=*) printf 'node:24\\naio-backend:verify\\n' ;;
      'image ls'*reference=*) printf 'aio-backend:verify\\naio-frontend:verify\\n' ;;
    esac`,
  );
  const own = ['aio-backend:verify', 'aio-frontend:verify'];
  await assert.rejects(
    clean(docker, own),
    ({ message, details }: Error & { details: string[] }) => {
      assert.match(message, /^docker compose down .* failed \(code 1\)$/);
      assert.deepEqual(details, ['no such file']);
      return true;
    },
  );
  assert.ok(asked().includes('image rm node:24 aio-backend:verify aio-frontend:verify'));
});

test('clean names leftovers', async (t) => {
  const { docker } = fakeDocker(t, `case "$1" in volume) echo aio-verify_redis-data ;; esac`);
  await assert.rejects(clean(docker, []), { message: 'not removed: aio-verify_redis-data' });
});

test('an interrupted command counts as running until it has ended', async (t) => {
  const stopping = new AbortController();
  const { docker, running, asked } = fakeDocker(
    t,
    `trap 'sleep 0.3; echo over >> "$(dirname "$0")/asked"; exit 1' TERM\nwhile :; do sleep 0.02; done`,
    stopping.signal,
  );
  const failed = assert.rejects(docker.run('compose', 'up'));
  while (asked().length === 0) await sleep(10);
  await sleep(50);
  stopping.abort(new Error('interrupted'));
  assert.equal(running.size, 1);
  await Promise.allSettled(running);
  assert.deepEqual(asked(), ['compose up', 'over']);
  await failed;
  assert.equal(running.size, 0);
});
