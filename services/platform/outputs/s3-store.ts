import type { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import { type ObjectStore, objectMissing } from './object-store.ts';

export interface Bucket {
  bucket: string;
  /** In front of the names; empty, or it ends with a slash. */
  prefix: string;
  /** Of another service that speaks S3; empty = Amazon's. */
  endpoint: string;
  /** Empty = the SDK finds it out; of another service that is the first of Amazon's, which most expect. */
  region: string;
}

/** Longer than a call of 16 MB takes on a slow network. */
const REQUEST_TIMEOUT_MS = 30_000;
const CONNECTION_TIMEOUT_MS = 2_000;
const ATTEMPTS = 3;
const DELETED_AT_ONCE = 1000;

/**
 * Objects in a bucket. Who may and where is the SDK's to find out: `AWS_ACCESS_KEY_ID` and its kind, or the role of the
 * task, pod or machine.
 */
export async function createS3Store({
  bucket,
  prefix,
  endpoint,
  region,
}: Bucket): Promise<ObjectStore> {
  // 100 ms and 35 MB of memory, which only those pay who have a bucket.
  const s3 = await import('@aws-sdk/client-s3');
  const client: S3Client = new s3.S3Client({
    ...(endpoint !== '' && { endpoint, forcePathStyle: true, region: 'us-east-1' }),
    ...(region !== '' && { region }),
    maxAttempts: ATTEMPTS,
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
    },
    // Not every service knows of the checksums that Amazon's wants by default; the name of an object is one.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  const keyOf = (name: string) => prefix + name;

  async function listKeys(folder: string): Promise<string[]> {
    const keys: string[] = [];
    const pages = s3.paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: folder });
    for await (const { Contents = [] } of pages)
      keys.push(...Contents.flatMap(({ Key }) => Key ?? []));
    return keys;
  }

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
      const keys = await listKeys(`${keyOf(day)}/`);
      for (let from = 0; from < keys.length; from += DELETED_AT_ONCE) {
        const Objects = keys.slice(from, from + DELETED_AT_ONCE).map((Key) => ({ Key }));
        const { Errors = [] } = await client.send(
          new s3.DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
        );
        if (Errors[0]) throw new Error(`${Errors[0].Key} is not deleted: ${Errors[0].Message}`);
      }
    },

    close: () => client.destroy(),
  };
}

function isNotThere(error: unknown): boolean {
  return ['NoSuchKey', 'NotFound'].includes((error as Error).name);
}
