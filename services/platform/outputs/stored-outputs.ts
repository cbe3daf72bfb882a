import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { AioError } from '@aio/core/errors';
import type { OutputRef } from '@aio/core/run/rows';
import { dayOfId } from '../queries/id-times.ts';
import { createFolderStore } from './folder-store.ts';
import { type ObjectStore, objectMissing } from './object-store.ts';
import type { OutputStoreSetting } from './output-variables.ts';
import { createS3Store } from './s3-store.ts';

export type StoreOperation = 'put' | 'get' | 'copy' | 'list' | 'remove';
export type StoreOutcome = 'done' | 'missing' | 'failed';

/**
 * Stores outputs that are too long for their rows. The name of an object follows from the run (day of its id) and the
 * reference (hash of its bytes), and whole days are removed at once.
 * All functions throw AioError `output_store_away`, or `output_missing` for a missing object.
 */
export interface StoredOutputs {
  /** false = there is no store. */
  readonly isConfigured: boolean;
  /** Once it resolves, a row may refer to the object. */
  put(runId: string, text: string): Promise<OutputRef>;
  /** The text of the output. */
  read(runId: string, ref: OutputRef): Promise<string>;
  open(runId: string, ref: OutputRef): Promise<Readable>;
  /** Copies the object, so that the second run can refer to it as long as that run is kept. */
  copy(ref: OutputRef, runs: { from: string; to: string }): Promise<void>;
  /** Removes all days before this one. @returns the removed days */
  removeBefore(day: string): Promise<string[]>;
  close(): void;
}

export interface StoredOutputsOptions {
  outputStore: OutputStoreSetting;
  /** Empty = not set; the same for the region. */
  s3Endpoint: string;
  awsRegion: string;
  onOperation?: (operation: StoreOperation, outcome: StoreOutcome, durationMs: number) => void;
}

const DAY = /^\d{8}$/;

export function createStoredOutputs(options: StoredOutputsOptions): StoredOutputs {
  const { outputStore: setting, onOperation } = options;
  let store: Promise<ObjectStore> | null = null;

  async function ask<Answer>(
    operation: StoreOperation,
    work: (store: ObjectStore) => Promise<Answer>,
  ): Promise<Answer> {
    const startedAt = performance.now();
    let outcome: StoreOutcome = 'failed';
    try {
      store ??= createStore(options);
      const answer = await work(await store);
      outcome = 'done';
      return answer;
    } catch (error) {
      if (error instanceof AioError) {
        if (error.code === 'output_missing') outcome = 'missing';
        throw error;
      }
      const message = `The output store does not respond: ${(error as Error).message}`;
      throw new AioError('output_store_away', message, { cause: error });
    } finally {
      onOperation?.(operation, outcome, performance.now() - startedAt);
    }
  }

  return {
    isConfigured: setting.type !== 'none',

    async put(runId, text) {
      const bytes = Buffer.from(text);
      const ref = { sha256: sha256Of([bytes]), bytes: bytes.length };
      await ask('put', (objects) => objects.put(nameOf(runId, ref), bytes));
      return ref;
    },

    read: (runId, ref) =>
      ask('get', async (objects) => {
        const name = nameOf(runId, ref);
        const chunks: Buffer[] = [];
        for await (const chunk of await objects.get(name)) chunks.push(chunk as Buffer);
        if (sha256Of(chunks) !== ref.sha256) throw objectMissing(name, 'its bytes have changed');
        return Buffer.concat(chunks).toString();
      }),

    open: (runId, ref) => ask('get', (objects) => objects.get(nameOf(runId, ref))),

    async copy(ref, { from, to }) {
      const [source, target] = [nameOf(from, ref), nameOf(to, ref)];
      if (source !== target) await ask('copy', (objects) => objects.copy(source, target));
    },

    async removeBefore(day) {
      const days = await ask('list', (objects) => objects.listDays());
      const old = days.filter((one) => DAY.test(one) && one < day);
      for (const one of old) await ask('remove', (objects) => objects.removeDay(one));
      return old;
    },

    close() {
      void store?.then(
        (objects) => objects.close(),
        () => undefined,
      );
    },
  };
}

async function createStore({
  outputStore,
  s3Endpoint,
  awsRegion,
}: StoredOutputsOptions): Promise<ObjectStore> {
  switch (outputStore.type) {
    case 'folder':
      return createFolderStore(outputStore.folder);
    case 's3':
      return createS3Store({ ...outputStore, endpoint: s3Endpoint, region: awsRegion });
    case 'none':
      throw new AioError(
        'output_store_away',
        'There is no output store, because OUTPUT_STORE is none.',
      );
  }
}

function nameOf(runId: string, { sha256 }: OutputRef): string {
  return `${dayOfId(runId)}/${sha256}`;
}

function sha256Of(chunks: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest('hex');
}
