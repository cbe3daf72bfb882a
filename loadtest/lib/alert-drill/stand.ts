import { startAlertmanager } from '@aio/stack/alertmanager';
import { findFreePort } from '@aio/stack/free-port';
import type { Part } from '@aio/stack/process';
import { startPrometheus } from '@aio/stack/prometheus';
import type { Bed } from '../drill/bed.ts';
import { type Collector, startCollector } from '../drill/collector.ts';
import type { DrillContext } from '../drill/drill.ts';
import { type Loop, repeat } from '../loop.ts';
import { scrapeTargets } from '../system.ts';
import { waitUntil } from '../wait-until.ts';
import type { AlertDrill } from './drill.ts';
import { startLoad } from './load.ts';
import { type Receiver, startReceiver } from './receiver.ts';
import { writeConfig } from './write-config.ts';

/** The shortest range of a rule, 15 s, contains seven of these scrapes. */
const QUICK = { scrapeIntervalMs: 2000, evaluationIntervalMs: 1000 };
/** As in `prometheus.yml`, for the shipped rules. */
const SHIPPED = { scrapeIntervalMs: 15_000, evaluationIntervalMs: 15_000 };
const WARM_RUNS = 12;
const WARM_WITHIN_MS = 60_000;

/** AIO under load, with Prometheus and Alertmanager that evaluate the rules. */
export interface Stand {
  readonly bed: Bed;
  readonly checks: DrillContext['checks'];
  /** Receives the spans of all processes. */
  readonly collector: Collector;
  readonly prometheus: OwnPrometheus;
  /** Receives pages and tickets from Alertmanager with the shipped routes. */
  readonly receiver: Receiver;
  /** Repeats `work` until you stop it or the drill ends. */
  repeat(everyMs: number, work: () => Promise<unknown>): Loop;
  /** See `DrillContext`. */
  defer: DrillContext['defer'];
  progress: DrillContext['progress'];
}

/** A Prometheus that a drill can kill and restart with its samples. */
export interface OwnPrometheus {
  /** Without a slash at the end. */
  readonly url: string;
  kill(): Promise<void>;
  start(): Promise<void>;
}

/** @param scale factor of the catalogue's times, e.g. 1/360 */
export async function startStand(
  context: DrillContext,
  drill: Pick<AlertDrill, 'bed' | 'prepare'>,
  scale: number,
): Promise<Stand> {
  const bedOptions = { ...drill.bed, ...(await drill.prepare?.(context)) };
  const collector = await startCollector();
  context.defer(() => collector.close());
  const bed = await context.startBed({
    audit: false,
    ...bedOptions,
    env: {
      TELEMETRY_ENABLED: 'true',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      ...bedOptions.env,
    },
  });
  // The seed determines which calls fail.
  await bed.system.simulator.turn({ seed: context.seed });
  const load = await startLoad(bed);
  context.defer(() => load.stop());
  const folder = context.makeFolder('alerts');
  const receiver = await startReceiver();
  context.defer(() => receiver.close());
  const { searchPath } = context;
  const { ruleFiles, alertmanagerFile } = await writeConfig(folder, {
    scale,
    webhook: receiver.url,
    searchPath,
  });
  const alertmanagerPort = await findFreePort();
  const alertmanager = await startAlertmanager({
    dataDir: folder,
    programDir: context.programDir,
    searchPath,
    port: alertmanagerPort,
    configFile: alertmanagerFile,
  });
  context.defer(() => alertmanager.stop());
  // The first requests are slow, because their code is not compiled yet. Prometheus starts after them.
  await waitUntil(`${WARM_RUNS} runs have succeeded`, WARM_WITHIN_MS, () => hasSucceeded(bed));
  const pace = scale === 1 ? SHIPPED : QUICK;
  const prometheus = ownPrometheus(
    bed,
    { dataDir: folder, ruleFiles: [ruleFiles], alertmanagerPort, ...pace },
    context,
  );
  context.defer(() => prometheus.stop());
  await prometheus.start();
  return {
    bed,
    checks: context.checks,
    collector,
    prometheus,
    receiver,
    repeat(everyMs, work) {
      const loop = repeat(everyMs, work);
      context.defer(() => loop.stop());
      return loop;
    },
    defer: context.defer,
    progress: context.progress,
  };
}

async function hasSucceeded({ db }: Bed): Promise<boolean> {
  const { rows } = await db.query<{ count: number }>(
    `select count(*)::int as count from runs where status = 'succeeded'`,
  );
  return rows[0]!.count >= WARM_RUNS;
}

function ownPrometheus(
  { system }: Bed,
  own: {
    dataDir: string;
    ruleFiles: readonly string[];
    alertmanagerPort: number;
    scrapeIntervalMs: number;
    evaluationIntervalMs: number;
  },
  { programDir, searchPath }: DrillContext,
): OwnPrometheus & { stop(): Promise<void> } {
  const portFound = findFreePort();
  let part: (Part & { url: string }) | undefined;
  let starting: ReturnType<typeof startPrometheus> | undefined;
  return {
    get url() {
      return part?.url ?? '';
    },
    async start() {
      starting = startPrometheus({
        ...own,
        programDir,
        searchPath,
        port: await portFound,
        targets: scrapeTargets(system),
      });
      part = await starting;
    },
    async kill() {
      await part?.kill('SIGKILL');
    },
    async stop() {
      await starting?.catch(() => {});
      await part?.stop();
    },
  };
}
