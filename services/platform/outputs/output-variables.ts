import { isAbsolute, resolve } from 'node:path';
import { define, text, url } from '../settings/variables.ts';

/** The store of outputs that are too long for their rows; `none` = no store, so outputs must be shorter. */
export type OutputStoreSetting =
  | { type: 'none' }
  | { type: 'folder'; folder: string }
  | { type: 's3'; bucket: string; prefix: string };

const DEVELOPMENT_FOLDER = resolve(import.meta.dirname, '../../../.aio/outputs');
const S3 = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/+(.*?))?\/*$/;

/** Spread these into the variables of a process that reads or writes outputs. */
export const outputVariables = {
  outputStore: define<OutputStoreSetting>(
    'OUTPUT_STORE',
    'an absolute path of a folder, s3://bucket, s3://bucket/prefix, or none',
    {
      fallback: { type: 'folder', folder: DEVELOPMENT_FOLDER },
      refuseInProduction: (given) =>
        given.type === 'folder' && given.folder === DEVELOPMENT_FOLDER
          ? 'set it to a folder that all APIs and workers share, to a bucket, or to none'
          : null,
    },
    parse,
  ),
  /** Endpoint of another S3 service; empty = Amazon's. */
  s3Endpoint: url('S3_ENDPOINT', { protocols: ['http', 'https'], fallback: '' }),
  /** Region of the bucket; empty = that of the task, pod or machine. */
  awsRegion: text('AWS_REGION', { fallback: '' }),
};

function parse(given: string): OutputStoreSetting | undefined {
  if (given === 'none') return { type: 'none' };
  if (isAbsolute(given)) return { type: 'folder', folder: given };
  const [, bucket, prefix = ''] = S3.exec(given) ?? [];
  if (bucket === undefined) return undefined;
  return { type: 's3', bucket, prefix: prefix === '' ? '' : `${prefix}/` };
}
