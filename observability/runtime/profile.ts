import { type HeapProfiler, type Profiler } from 'node:inspector';
import { Session } from 'node:inspector/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** Microseconds between two stack samples. A thousand per second cost a busy process about 1 % of its time. */
const CPU_INTERVAL_US = 1000;
/** Average bytes between two sampled allocations. */
const HEAP_INTERVAL_BYTES = 8 * 1024;

/** CPU profile of this process in the format of `.cpuprofile` files. The signal ends it early. */
export function profileCpu(ms: number, signal: AbortSignal): Promise<Profiler.Profile> {
  return withSession(async (session) => {
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: CPU_INTERVAL_US });
    await session.post('Profiler.start');
    await waitFor(ms, signal);
    return (await session.post('Profiler.stop')).profile;
  });
}

/** Memory that this process allocates and keeps meanwhile, in the format of `.heapprofile` files. */
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
