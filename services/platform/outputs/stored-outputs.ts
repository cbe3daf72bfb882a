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
 * Outputs that are too long for their rows. An object is named by the day of its run's id and its bytes' hash, so what
 * a row refers to follows from the run and the reference, and a day goes as a whole.
 * Everything throws AioError `output_store_away`, or `output_missing` for an object that is not there.
 */
export interface StoredOutputs {
  /** false = there is no store. */
  readonly isConfigured: boolean;
  /** When it resolves, a row may refer to it. */
  put(runId: string, text: string): Promise<OutputRef>;
  /** The text, as it was written. */
  read(runId: string, ref: OutputRef): Promise<string>;
  open(runId: string, ref: OutputRef): Promise<Readable>;
  /** Has the second run refer to it too, for as long as that run is kept. */
  copy(ref: OutputRef, runs: { from: string; to: string }): Promise<void>;
  /** Removes what is of runs from before that day. @returns the days */
  removeBefore(day: string): Promise<string[]>;
  close(): void;
}

export interface StoredOutputsOptions {
  outputStore: OutputStoreSetting;
  /** Empty = not said, as is the region. */
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
      const message = `The output store does not answer: ${(error as Error).message}`;
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
        if (sha256Of(chunks) !== ref.sha256) throw objectMissing(name, 'its bytes are others');
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
      throw new AioError('output_store_away', 'There is no output store: OUTPUT_STORE is none.');
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
