import type { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import { type ObjectStore, objectMissing } from './object-store.ts';

export interface Bucket {
  bucket: string;
  /** Prefix of all names; empty, or ends with a slash. */
  prefix: string;
  /** Endpoint of another S3 service; empty = Amazon's. */
  endpoint: string;
  /** Empty = the SDK finds it; for another service us-east-1, which most expect. */
  region: string;
  /** How long an attempt waits for the headers of an answer, and for more of its body; default: `TIMEOUT_MS`. */
  timeoutMs?: number;
}

/** Long enough for 16 MB on a slow network. */
const TIMEOUT_MS = 30_000;
const CONNECTION_TIMEOUT_MS = 2_000;
const ATTEMPTS = 3;

/**
 * Stores objects in a bucket. The SDK finds the credentials: `AWS_ACCESS_KEY_ID` and similar variables, or the role
 * of the task, pod or machine.
 */
export async function createS3Store({
  bucket,
  prefix,
  endpoint,
  region,
  timeoutMs = TIMEOUT_MS,
}: Bucket): Promise<ObjectStore> {
  // 100 ms and 35 MB of memory, so import it only for a bucket.
  const s3 = await import('@aws-sdk/client-s3');
  const client: S3Client = new s3.S3Client({
    ...(endpoint !== '' && { endpoint, forcePathStyle: true, region: 'us-east-1' }),
    ...(region !== '' && { region }),
    maxAttempts: ATTEMPTS,
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: timeoutMs,
      // Without it, the SDK writes a warning and waits for ever.
      throwOnRequestTimeout: true,
      socketTimeout: timeoutMs,
    },
    // Other services may not support Amazon's default checksums. The object's name is a checksum anyway.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  const keyOf = (name: string) => prefix + name;

  return {
    async put(name, bytes) {
      const object = { Bucket: bucket, Key: keyOf(name), ContentType: 'application/json' };
      await client.send(new s3.PutObjectCommand({ ...object, Body: bytes }));
    },

    async get(name) {
      try {
        const { Body } = await client.send(
          new s3.GetObjectCommand({ Bucket: bucket, Key: keyOf(name) }),
        );
        return Body as Readable;
      } catch (error) {
        throw isNotThere(error) ? objectMissing(name, error) : error;
      }
    },

    async copy(from, to) {
      const CopySource = encodeURI(`${bucket}/${keyOf(from)}`);
      try {
        await client.send(new s3.CopyObjectCommand({ Bucket: bucket, Key: keyOf(to), CopySource }));
      } catch (error) {
        throw isNotThere(error) ? objectMissing(from, error) : error;
      }
    },

    async listDays() {
      const days: string[] = [];
      const pages = s3.paginateListObjectsV2(
        { client },
        { Bucket: bucket, Prefix: prefix, Delimiter: '/' },
      );
      for await (const { CommonPrefixes = [] } of pages)
        days.push(
          ...CommonPrefixes.flatMap(({ Prefix }) => Prefix?.slice(prefix.length, -1) ?? []),
        );
      return days.toSorted();
    },

    async removeDay(day) {
      const pages = s3.paginateListObjectsV2(
        { client },
        { Bucket: bucket, Prefix: `${keyOf(day)}/` },
      );
      // One request can delete all keys of a page.
      for await (const { Contents = [] } of pages) {
        const Objects = Contents.map(({ Key }) => ({ Key }));
        if (Objects.length === 0) continue;
        const { Errors = [] } = await client.send(
          new s3.DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
        );
        if (Errors[0]) throw new Error(`cannot delete ${Errors[0].Key}: ${Errors[0].Message}`);
      }
    },

    close: () => client.destroy(),
  };
}

function isNotThere(error: unknown): boolean {
  return ['NoSuchKey', 'NotFound'].includes((error as Error).name);
}
