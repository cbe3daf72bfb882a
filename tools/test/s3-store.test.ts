import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createS3Store } from '@aio/platform/outputs/s3-store';
import { createStoredOutputs } from '@aio/platform/outputs/stored-outputs';
import { describeObjectStore } from '@aio/platform/testing/object-store-contract';
import { findFreePort } from '../process/free-port.ts';
import type { Part } from '../process/process.ts';
import { startS3Server } from '../servers/s3-server.ts';

const command = process.env.TEST_S3_SERVER_PATH;
const skip = command === undefined && 'needs an S3 server: npm run servers -- versitygw';
const run = '019ad000-0000-7000-8000-000000000000';
let server: OwnS3;
let buckets = 0;

function makeBucket(): string {
  const bucket = `bucket-${++buckets}`;
  server.makeBucket(bucket);
  return bucket;
}

before(async () => {
  if (command === undefined) return;
  server = await startOwnS3(command);
  process.env.AWS_ACCESS_KEY_ID = server.accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = server.secretAccessKey;
});
after(() => server?.stop());

for (const prefix of ['', 'aio/outputs/'])
  describeObjectStore(
    `S3, ${prefix ? `below ${prefix}` : 'a whole bucket'}`,
    async (t) => {
      const bucket = makeBucket();
      const store = await createS3Store({ bucket, prefix, endpoint: server.endpoint, region: '' });
      t.after(() => store.close());
      return store;
    },
    { skip },
  );

test('a missing bucket or server is an error', { skip }, async (t) => {
  const storeOf = (bucket: string) => {
    const outputStore = { type: 's3', bucket, prefix: '' } as const;
    const s3Endpoint = server.endpoint;
    const stored = createStoredOutputs({ outputStore, s3Endpoint, awsRegion: '' });
    t.after(() => stored.close());
    return stored;
  };
  const [there, notThere] = [storeOf(makeBucket()), storeOf('not-there')];
  const away = { code: 'output_store_away' };
  await assert.rejects(notThere.put(run, '"text"'), away);
  const ref = await there.put(run, '"text"');
  assert.equal(await there.read(run, ref), '"text"');
  await assert.rejects(notThere.read(run, ref), away);
  await server.stop();
  await assert.rejects(there.put(run, '"text"'), away);
  await assert.rejects(there.read(run, ref), away);
});

/** An S3 server for one test file, which must stop it. */
interface OwnS3 {
  endpoint: string;
  /** For `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`. */
  accessKeyId: string;
  secretAccessKey: string;
  makeBucket(name: string): void;
  /** May be called again. */
  stop(): Promise<void>;
}

/** @param command path of the program (`TEST_S3_SERVER_PATH`) */
async function startOwnS3(command: string): Promise<OwnS3> {
  const dataDir = mkdtempSync(join(tmpdir(), 'aio-s3-'));
  const port = await findFreePort();
  const key = { accessKeyId: 'aio-test', secretAccessKey: 'secret-of-the-test' };
  const searchPath = process.env.PATH ?? '';
  let server: Part | null = await startS3Server(command, { ...key, dataDir, searchPath, port });
  return {
    ...key,
    endpoint: `http://127.0.0.1:${port}`,
    makeBucket: (name) => void mkdirSync(join(dataDir, 's3', name)),
    async stop() {
      await server?.stop();
      if (server) rmSync(dataDir, { recursive: true });
      server = null;
    },
  };
}
