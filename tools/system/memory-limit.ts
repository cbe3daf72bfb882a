import type { PartSpec } from '../process/process.ts';
import { existsSync, mkdtempSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Control groups of Linux. In version 1, memory has a tree of its own. */
const CGROUPS = '/sys/fs/cgroup';
const V1 = { folder: join(CGROUPS, 'memory'), limit: 'memory.limit_in_bytes' };
const V2 = { folder: CGROUPS, limit: 'memory.max' };

/** A limit for each of several processes, as of a container: the kernel kills a process above it. */
export interface MemoryLimit {
  /** The same process within the limit, from which V8 derives the size of its heap. */
  apply(spec: PartSpec): PartSpec;
  /** Call it after the processes have ended. */
  remove(): void;
}

/** @throws Error if the machine does not limit memory, or not for this user */
export function createMemoryLimit(megabytes: number): MemoryLimit {
  const { folder, limit } = existsSync(V1.folder) ? V1 : V2;
  const groups: string[] = [];
  function createGroup(): string {
    const group = mkdtempSync(join(folder, 'aio-'));
    groups.push(group);
    const path = join(group, limit);
    if (!existsSync(path)) throw new Error(`${folder} does not limit memory`);
    writeFileSync(path, String(megabytes * 1024 * 1024));
    return group;
  }
  const remove = () => groups.splice(0).forEach((group) => rmdirSync(group));
  try {
    rmdirSync(createGroup());
    groups.pop();
  } catch (error) {
    remove();
    throw error;
  }
  return {
    apply(spec) {
      const enter = ['-c', 'echo $$ > "$0" && exec "$@"', join(createGroup(), 'cgroup.procs')];
      return { ...spec, command: '/bin/sh', args: [...enter, spec.command, ...spec.args] };
    },
    remove,
  };
}
