import type { Readable } from 'node:stream';
import { AioError } from '@aio/core/errors';

/** Stores objects by name: `<day>/<sha256>`. The bytes of a name never change. */
export interface ObjectStore {
  /** Atomic, durable once it resolves, and repeatable. */
  put(name: string, bytes: Uint8Array): Promise<void>;
  /** @throws AioError `output_missing` */
  get(name: string): Promise<Readable>;
  /** @throws AioError `output_missing` */
  copy(from: string, to: string): Promise<void>;
  /** Days that have objects, in order. */
  listDays(): Promise<string[]>;
  removeDay(day: string): Promise<void>;
  close(): void;
}

/** The error for a missing object: it was lost, or its day was removed. */
export function objectMissing(name: string, cause?: unknown): AioError {
  return new AioError(
    'output_missing',
    `The output store has no object ${name}. It was lost, or OUTPUT_STORE is not the store it was written to.`,
    { cause },
  );
}
