import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { openInspector } from './inspector.ts';
import { type CpuProfile, describeSelfTimes, findSelfTimes } from './self-times.ts';

const PROJECT_ROOT = resolve(import.meta.dirname, '../../..');
const SAMPLE_EVERY_MICROS = 250;

export interface Profiler {
  /**
   * Ends the profile.
   * @returns lines: the functions that took most, and where the whole profile is
   */
  stop(): Promise<string[]>;
}

/** Profiles a running process from now on. `file` opens in Chrome's DevTools. */
export async function startProfiler(options: {
  pid: number;
  logFile: string;
  file: string;
}): Promise<Profiler> {
  const inspector = await openInspector(options.pid, options.logFile);
  await inspector.send('Profiler.enable');
  await inspector.send('Profiler.setSamplingInterval', { interval: SAMPLE_EVERY_MICROS });
  await inspector.send('Profiler.start');
  return {
    async stop() {
      const { profile } = await inspector.send<{ profile: CpuProfile }>('Profiler.stop');
      inspector.close();
      writeFileSync(options.file, JSON.stringify(profile));
      return [...describeSelfTimes(findSelfTimes(profile, PROJECT_ROOT)), options.file];
    },
  };
}
