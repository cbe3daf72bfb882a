import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ProcessIdentity, identifyProcess, isAlive } from '../process/process-identity.ts';
import { PORTS, type Ports } from '../process/ports.ts';
import { EXIT, StackError } from '../stack-error.ts';

/** A process of a start, recorded so that another start can end it. */
export interface RecordedPart extends ProcessIdentity {
  name: string;
  stopSignal: NodeJS.Signals;
}

interface Content {
  holder: ProcessIdentity;
  parts: RecordedPart[];
  ports?: Ports;
}

/** The lock of a data folder: the process that runs a stack on it, and the processes of that stack. */
export interface RunRecord {
  /** Processes that a killed start left running, in the order in which it started them. */
  readonly leftovers: readonly RecordedPart[];
  /** Replaces an ended process of the same name. */
  add(part: RecordedPart): void;
  /** Releases the data folder. */
  release(): void;
}

/** Ports of the stack that runs on the data folder; without one, those that a start would use. */
export function portsOfRunning(dataDir: string): Ports {
  const found = read(fileOf(dataDir));
  return (found && isAlive(found.holder) && found.ports) || PORTS;
}

/** The last process of each part of the stack that runs on the data folder, dead or alive. */
export function partsOfRunning(dataDir: string): readonly RecordedPart[] {
  const found = read(fileOf(dataDir));
  return found && isAlive(found.holder) ? found.parts : [];
}

/**
 * Locks the data folder for this process.
 * @param ports of its parts, for commands that look for them
 * @throws StackError if a stack already uses it
 */
export function openRunRecord(dataDir: string, ports?: Ports): RunRecord {
  const file = fileOf(dataDir);
  const holder = identifyProcess(process.pid) ?? { pid: process.pid, startedAt: '' };
  const content: Content = { holder, parts: [], ...(ports && { ports }) };
  let leftovers: RecordedPart[] = [];
  while (!create(file, content)) {
    const found = read(file);
    if (found && isAlive(found.holder)) {
      throw new StackError(
        `a stack already uses ${dataDir} (process ${found.holder.pid}); stop it, or set AIO_DATA_DIR and --port-offset for a second one`,
        { exitCode: EXIT.unavailable },
      );
    }
    leftovers = found?.parts.filter(isAlive) ?? [];
    takeAway(file, found);
  }
  // Keep them on record until they have ended: this start may be killed, too.
  content.parts = [...leftovers];
  write(file, content);
  return {
    leftovers,
    add(part) {
      const isReplaced = (other: RecordedPart) => other.name === part.name && !isAlive(other);
      content.parts = [...content.parts.filter((other) => !isReplaced(other)), part];
      write(file, content);
    },
    release: () => rmSync(file, { force: true }),
  };
}

function fileOf(dataDir: string): string {
  return join(dataDir, 'stack.json');
}

/** Creates the file atomically. False = another process has it. */
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

/** Renames and looks again: another process that saw the same dead holder may hold the file by now. */
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
