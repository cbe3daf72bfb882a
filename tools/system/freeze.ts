import { readFileSync } from 'node:fs';

/**
 * Stops a process and its children, as a hung disk or host does: connections stay open, and nothing answers.
 * Needs Linux.
 * @returns continues them
 */
export function freeze(pid: number): () => void {
  process.kill(pid, 'SIGSTOP');
  // Its list of children grows no more.
  for (const child of childrenOf(pid)) process.kill(child, 'SIGSTOP');
  return () => thaw(pid);
}

/** Continues a process and its children. */
export function thaw(pid: number): void {
  for (const one of [...childrenOf(pid), pid]) resume(one);
}

function childrenOf(pid: number): number[] {
  try {
    const list = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return list.split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** A process may have ended, because its client gave up. */
function resume(pid: number): void {
  try {
    process.kill(pid, 'SIGCONT');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
