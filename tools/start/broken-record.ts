import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identifyProcess, isAlive, type ProcessIdentity } from '../process/process-identity.ts';
import { thaw } from '../system/freeze.ts';

/** What a game day breaks. It stands on disk before it is broken, so that the next process can mend it. */
export interface Broken {
  fault: string;
  /** Processes that stand still. */
  frozen: ProcessIdentity[];
  /** Names of parts that must not start again, while the holder lives. */
  down: string[];
  /** Dials of the simulator before the fault; null = not read yet. */
  dials: Record<string, unknown> | null;
}

interface Content extends Broken {
  holder: ProcessIdentity;
}

/** undefined = nothing is broken. */
export function readBroken(dataDir: string): Broken | undefined {
  return read(dataDir);
}

/** Makes this process the holder. */
export function writeBroken(dataDir: string, broken: Broken): void {
  const holder = identifyProcess(process.pid) ?? { pid: process.pid, startedAt: '' };
  const file = fileOf(dataDir);
  writeFileSync(`${file}.draft`, JSON.stringify({ ...broken, holder } satisfies Content));
  renameSync(`${file}.draft`, file);
}

export function forgetBroken(dataDir: string): void {
  rmSync(fileOf(dataDir), { force: true });
}

/** Continues the frozen processes on record that are still there. @returns their number */
export function thawBroken(dataDir: string): number {
  const frozen = read(dataDir)?.frozen.filter(isAlive) ?? [];
  for (const { pid } of frozen) thaw(pid);
  return frozen.length;
}

/** Whether a game day wants the part to stay down. */
export function isKeptDown(dataDir: string, name: string): boolean {
  const found = read(dataDir);
  return found !== undefined && found.down.includes(name) && isAlive(found.holder);
}

function fileOf(dataDir: string): string {
  return join(dataDir, 'broken.json');
}

function read(dataDir: string): Content | undefined {
  try {
    return JSON.parse(readFileSync(fileOf(dataDir), 'utf8')) as Content;
  } catch {
    return undefined;
  }
}
