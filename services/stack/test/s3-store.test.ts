import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createS3Store } from '@aio/platform/outputs/s3-store';
import { createStoredOutputs } from '@aio/platform/outputs/stored-outputs';
import { describeObjectStore } from '@aio/platform/testing/object-store-contract';
import { type OwnS3, startOwnS3 } from '../testing/own-s3.ts';

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
