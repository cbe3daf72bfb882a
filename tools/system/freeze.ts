import { readFileSync } from 'node:fs';

/**
 * Stops a process and its children, as a hung disk or host does: connections stay open, and nothing answers.
 * Needs Linux.
 * @returns continues them
 */
export function freeze(pid: number): () => void {
  const stopped = [pid];
  process.kill(pid, 'SIGSTOP');
  // Its list of children grows no more.
  for (const child of childrenOf(pid)) {
    process.kill(child, 'SIGSTOP');
    stopped.push(child);
  }
  return () => {
    for (const one of stopped.splice(0)) resume(one);
  };
}

function childrenOf(pid: number): number[] {
  const list = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return list.split(' ').filter(Boolean).map(Number);
}

/** A child may have ended, because its client gave up. */
function resume(pid: number): void {
  try {
    process.kill(pid, 'SIGCONT');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
