import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  identifyProcess,
  isAlive,
  type ProcessIdentity,
} from '@aio/tools/process/process-identity';

/** Where the controller of a data folder listens. */
export interface Address {
  readonly url: string;
  readonly token: string;
}

const fileIn = (dataDir: string) => join(dataDir, 'game-days.json');

export function writeAddress(dataDir: string, address: Address): void {
  const holder = identifyProcess(process.pid);
  // Another mode of an old file would stay.
  forgetAddress(dataDir);
  writeFileSync(fileIn(dataDir), JSON.stringify({ ...address, holder }), { mode: 0o600 });
}

export function forgetAddress(dataDir: string): void {
  rmSync(fileIn(dataDir), { force: true });
}

/** undefined = no controller runs. */
export function findAddress(dataDir: string): Address | undefined {
  try {
    const found = JSON.parse(readFileSync(fileIn(dataDir), 'utf8')) as Address & {
      holder: ProcessIdentity;
    };
    return isAlive(found.holder) ? found : undefined;
  } catch {
    return undefined;
  }
}
