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

/** The shortest range of a rule, 15 s, has seven of these scrapes. */
const QUICK = { scrapeIntervalMs: 2000, evaluationIntervalMs: 1000 };
/** As `prometheus.yml` has it, for rules at full length. */
const SHIPPED = { scrapeIntervalMs: 15_000, evaluationIntervalMs: 15_000 };
const WARM_RUNS = 12;
const WARM_WITHIN_MS = 60_000;

/** The product under a load, and a Prometheus that watches it by the rules, at full length or shortened. */
export interface Stand {
  readonly bed: Bed;
  readonly checks: DrillContext['checks'];
  /** Takes the spans of all processes. */
  readonly collector: Collector;
  readonly prometheus: OwnPrometheus;
  /** Gets pages and tickets from an Alertmanager with the shipped routes. */
  readonly receiver: Receiver;
  /** Does something again and again until it is stopped, or the drill is over. */
  repeat(everyMs: number, work: () => Promise<unknown>): Loop;
  /** To be called when the drill is over, however it ended; the last one first. */
  defer: DrillContext['defer'];
  progress: DrillContext['progress'];
}

/** Can be killed, and started again on the same samples. */
export interface OwnPrometheus {
  /** Without a slash at the end. */
  readonly url: string;
  kill(): Promise<void>;
  start(): Promise<void>;
}

/** @param scale times are this many times as long as in the catalogue, e.g. 1/360 */
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
  // It decides which calls meet a fault.
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
  // The first requests meet code that is not compiled: a Prometheus that has seen none rates none.
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
