import type { Readable } from 'node:stream';
import { AioError } from '@aio/core/errors';

/** Keeps objects by name: `<day>/<sha256>`. Bytes of one name are always the same. */
export interface ObjectStore {
  /** Whole or not at all, and there for good when it resolves. Again changes nothing. */
  put(name: string, bytes: Uint8Array): Promise<void>;
  /** @throws AioError `output_missing` */
  get(name: string): Promise<Readable>;
  /** @throws AioError `output_missing` */
  copy(from: string, to: string): Promise<void>;
  /** Days of which there are objects, in order. */
  listDays(): Promise<string[]>;
  removeDay(day: string): Promise<void>;
  close(): void;
}

/** The object is not there: it was lost, or its day was removed. */
export function objectMissing(name: string, cause?: unknown): AioError {
  return new AioError(
    'output_missing',
    `The output store has no object ${name}: it was lost, or the store is another one than it was written to.`,
    { cause },
  );
}
