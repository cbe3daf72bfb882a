import { type HeapProfiler, type Profiler } from 'node:inspector';
import { Session } from 'node:inspector/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** Microseconds between two looks at the stack: a thousand a second cost a busy process about 1 % of its time. */
const CPU_INTERVAL_US = 1000;
/** Bytes between two allocations that are looked at. */
const HEAP_INTERVAL_BYTES = 8 * 1024;

/** Where this process spends its time, as `.cpuprofile` files have it. The signal ends it early. */
export function profileCpu(ms: number, signal: AbortSignal): Promise<Profiler.Profile> {
  return withSession(async (session) => {
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: CPU_INTERVAL_US });
    await session.post('Profiler.start');
    await waitFor(ms, signal);
    return (await session.post('Profiler.stop')).profile;
  });
}

/** What this process allocates meanwhile and has not let go of, as `.heapprofile` files have it. */
export function profileHeap(
  ms: number,
  signal: AbortSignal,
): Promise<HeapProfiler.SamplingHeapProfile> {
  return withSession(async (session) => {
    await session.post('HeapProfiler.startSampling', { samplingInterval: HEAP_INTERVAL_BYTES });
    await waitFor(ms, signal);
    return (await session.post('HeapProfiler.stopSampling')).profile;
  });
}

async function withSession<T>(work: (session: Session) => Promise<T>): Promise<T> {
  const session = new Session();
  session.connect();
  try {
    return await work(session);
  } finally {
    session.disconnect();
  }
}

function waitFor(ms: number, signal: AbortSignal): Promise<void> {
  return sleep(ms, undefined, { signal }).catch(() => undefined);
}
