import { hostname } from 'node:os';
import type { Pool } from '@aio/platform/postgres/pool';
import { listNewestWorkflows } from '@aio/platform/queries/workflows/list-workflows';
import { reportWorker, type WorkerReport } from '@aio/platform/queries/queues/workers';
import type { QueueWorker } from '@aio/platform/queues/queue-worker';
import type { Engine } from './engine/engine.ts';
import type { Observer } from './engine/observer.ts';
import type { Throughput } from './engine/throughput.ts';

const LONGEST_PAUSE_MS = 2000;
/** The newest workflows get metric series at zero; others get them at their first claim. */
const NEWEST_WORKFLOWS = 20;

export interface Heartbeat {
  /** Sends the first report, then others until `stop`. Never throws. */
  start(): Promise<void>;
  /** Reports that the worker is draining. From now on, it does not take jobs again. */
  drain(): Promise<void>;
  stop(): void;
}

/**
 * Reports the worker and extends its lease. While the database does not answer, the worker takes no jobs: other workers may
 * still reach it.
 */
export function createHeartbeat(deps: {
  /** What does not change while the worker runs. */
  worker: Pick<WorkerReport, 'id' | 'version' | 'kinds' | 'lanes' | 'slots' | 'leaseMs'>;
  db: Pool;
  engine: Pick<Engine, 'beat' | 'executing' | 'heldRuns' | 'outage'>;
  throughput: Pick<Throughput, 'lastMinute'>;
  queueWorkers: Pick<QueueWorker, 'pause' | 'resume'>;
  observer: Pick<Observer, 'troubled' | 'workflowsStored'>;
}): Heartbeat {
  const { worker, db, engine, throughput, queueWorkers, observer } = deps;
  // Three heartbeats per lease, so that one may fail.
  const everyMs = Math.min(LONGEST_PAUSE_MS, worker.leaseMs / 3);
  let state: WorkerReport['state'] = 'running';
  let isAway = false;
  let sent = 0;
  /** Number of the latest report that the database answered. */
  let answered = 0;
  let timer: NodeJS.Timeout | undefined;

  /** Sends a report. A late or failed one does not count once a later one was answered. */
  async function report(): Promise<void> {
    const nth = ++sent;
    const miss = () => {
      if (nth > answered) leave();
    };
    const silence = setTimeout(miss, 2 * everyMs);
    try {
      await reportWorker(db, currentReport());
      await engine.beat();
      observer.workflowsStored(await listNewestWorkflows(db, NEWEST_WORKFLOWS));
      answered = Math.max(answered, nth);
      rejoin();
    } catch (error) {
      miss();
      observer.troubled('send its heartbeat', error);
    } finally {
      clearTimeout(silence);
    }
  }

  function currentReport(): WorkerReport {
    return {
      ...worker,
      host: hostname(),
      pid: process.pid,
      begun: throughput.lastMinute(),
      slotsUsed: engine.executing(),
      runsHeld: engine.heldRuns(),
      state,
    };
  }

  function leave(): void {
    isAway = true;
    // Never rejects.
    void queueWorkers.pause();
    engine.outage.begin();
  }

  function rejoin(): void {
    if (!isAway || state === 'draining') return;
    isAway = false;
    engine.outage.end();
    queueWorkers.resume();
  }

  return {
    async start() {
      await report();
      timer = setInterval(() => void report(), everyMs);
    },
    async drain() {
      state = 'draining';
      await report();
    },
    stop() {
      clearInterval(timer);
    },
  };
}
