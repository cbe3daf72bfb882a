import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** The system reuses pids; pid and start time together identify one process. */
export interface ProcessIdentity {
  pid: number;
  /** Opaque; equal for the same process. */
  startedAt: string;
}

/** undefined = no such process, or a zombie. */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  const startedAt = process.platform === 'linux' ? readProcStart(pid) : readPsStart(pid);
  return startedAt === undefined ? undefined : { pid, startedAt };
}

/** True while this very process runs. */
export function isAlive({ pid, startedAt }: ProcessIdentity): boolean {
  return identifyProcess(pid)?.startedAt === startedAt;
}

/** Fields of /proc/<pid>/stat after the command's closing parenthesis: 0 = state, 19 = start time. */
function readProcStart(pid: number): string | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : `${bootId()}/${fields[19]}`;
}

/** Start times count from boot. */
function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim().slice(0, 8);
  } catch {
    return '';
  }
}

function readPsStart(pid: number): string | undefined {
  const { stdout } = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout?.trim() || undefined;
}
