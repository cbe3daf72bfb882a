import { cpus, loadavg, totalmem } from 'node:os';
import { type K6, versionOf } from './find-k6.ts';
import type { Target } from './target.ts';

export type Conditions = ReturnType<typeof describeConditions>;

export function describeConditions({
  k6,
  target,
  command,
}: {
  k6: K6;
  target: Target;
  command: string;
}) {
  const processors = cpus();
  return {
    command,
    target: target.name,
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    // Of the last minute, from other work.
    loadBefore: Number((loadavg()[0] ?? 0).toFixed(2)),
    versions: { k6: versionOf(k6), node: process.version },
  };
}
