import { INTERRUPTED } from '@aio/tools/cli/interruption';
import { programFolder } from '@aio/tools/system/own-servers';
import { openDataFolder } from '@aio/tools/process/data-folder';
import { StackError } from '@aio/tools/stack-error';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createReport, type Report } from './report.ts';

/** Images take gigabytes, and /tmp may be in memory. */
const SCRATCH = '/var/tmp';

/** Where a verification works. */
export interface Workplace {
  /** Keeps programs between runs. */
  dataDir: string;
  /** For this verification only. */
  scratch: string;
  /** Aborts at SIGINT, SIGTERM and SIGHUP. */
  signal: AbortSignal;
}

/** Runs a verification and prints its report. @returns the exit code: 1 = a step failed */
export async function withReport(
  name: string,
  env: NodeJS.ProcessEnv,
  verify: (report: Report, place: Workplace) => Promise<void>,
): Promise<number> {
  const dataDir = programFolder(env.AIO_DATA_DIR);
  openDataFolder(dataDir);
  const stopping = new AbortController();
  const stop = new StackError('interrupted', { exitCode: INTERRUPTED });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => stopping.abort(stop));
  const { signal } = stopping;
  const report = createReport((line) => console.log(line), signal);
  const scratch = mkdtempSync(join(SCRATCH, `aio-${name}-`));
  try {
    await verify(report, { dataDir, scratch, signal });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
    console.log(report.summary());
  }
  return report.failed === 0 ? 0 : 1;
}
