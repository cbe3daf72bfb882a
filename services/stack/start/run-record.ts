import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ProcessIdentity, identifyProcess, isAlive } from '../process-identity.ts';
import { EXIT, StackError } from '../stack-error.ts';

/** A process that a start began, as another start may have to end it. */
export interface RecordedPart extends ProcessIdentity {
  name: string;
  stopSignal: NodeJS.Signals;
}

interface Content {
  holder: ProcessIdentity;
  parts: RecordedPart[];
}

/** The one lock of a data folder: who runs a stack on it, and which processes belong to that. */
export interface RunRecord {
  /** What a start that was killed left running, in the order it was started. */
  readonly leftovers: readonly RecordedPart[];
  add(part: RecordedPart): void;
  /** Lets the data folder go. */
  release(): void;
}

/**
 * Takes the data folder for this process.
 * @throws StackError when a stack runs on it already
 */
export function openRunRecord(dataDir: string): RunRecord {
  const file = join(dataDir, 'stack.json');
  const holder = identifyProcess(process.pid) ?? { pid: process.pid, startedAt: '' };
  const content: Content = { holder, parts: [] };
  let leftovers: RecordedPart[] = [];
  while (!create(file, content)) {
    const found = read(file);
    if (found && isAlive(found.holder)) {
      throw new StackError(
        `a stack runs on ${dataDir} already (process ${found.holder.pid}); stop it, or set AIO_DATA_DIR and --port-offset for a second one`,
        { exitCode: EXIT.unavailable },
      );
    }
    leftovers = found?.parts.filter(isAlive) ?? [];
    takeAway(file, found);
  }
  // Until they are gone they stay on record: this start may be killed as well.
  content.parts = [...leftovers];
  write(file, content);
  return {
    leftovers,
    add(part) {
      content.parts.push(part);
      write(file, content);
    },
    release: () => rmSync(file, { force: true }),
  };
}

/** Appears whole or not at all. False = somebody else's is there. */
function create(file: string, content: Content): boolean {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(content));
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function write(file: string, content: Content): void {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(content));
  renameSync(draft, file);
}

function read(file: string): Content | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Of two that see the same dead holder one could hold the file by now: looked at again, renamed. */
function takeAway(file: string, dead: Content | undefined): void {
  const aside = `${file}.${process.pid}.dead`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  if (JSON.stringify(read(aside)) === JSON.stringify(dead)) rmSync(aside);
  else renameSync(aside, file);
}
