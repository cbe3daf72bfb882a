import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { createStoredOutputs, type StoredOutputs } from '../outputs/stored-outputs.ts';

/** For runs whose outputs are all in their rows. */
export const NO_OUTPUTS: Pick<StoredOutputs, 'copy'> = {
  copy: () => Promise.reject(new Error('There are none.')),
};

export interface TestOutputs extends StoredOutputs {
  /** Folder of the objects. */
  folder: string;
}

/** A new folder, removed after the test. */
export function makeOutputFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'aio-outputs-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A new output store in a folder. */
export function createTestOutputs(t: TestContext): TestOutputs {
  const folder = makeOutputFolder(t);
  const outputStore = { type: 'folder', folder } as const;
  return { ...createStoredOutputs({ outputStore, s3Endpoint: '', awsRegion: '' }), folder };
}
