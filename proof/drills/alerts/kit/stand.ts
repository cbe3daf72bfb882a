import { startAlertmanager } from '@aio/tools/servers/alertmanager';
import { findFreePort } from '@aio/tools/process/free-port';
import { startPrometheus } from '@aio/tools/servers/prometheus';
import type { Bed, BedOptions } from '../../../bed/bed.ts';
import { type Collector, startCollector } from '../../../bed/slices.ts';
import type { DrillContext } from '../../kit/drill.ts';
import { countRows } from '../../../oracles/rows.ts';
import { type Loop, repeat } from '../../../bed/loop.ts';
import { createOwnServer, type OwnServer } from '@aio/tools/system/own-servers';
import { scrapeTargets } from '@aio/tools/system/system';
import { waitUntil } from '@aio/tools/system/wait-until';
import { type Receiver, startReceiver } from './receiver.ts';
import { writeConfig } from './write-config.ts';

/** The shortest range of a rule, 15 s, contains seven of these scrapes. */
const QUICK = { scrapeIntervalMs: 2000, evaluationIntervalMs: 1000 };
/** As in `prometheus.yml`, for the shipped rules. */
const SHIPPED = { scrapeIntervalMs: 15_000, evaluationIntervalMs: 15_000 };
const WARM_RUNS = 12;
const WARM_WITHIN_MS = 60_000;

const STEADY = 'steady';
/** Four runs, eight calls and a dozen spans a second: enough events for every ratio. */
export const STEADY_EVERY_MS = 250;
/** Enough attempts that almost every run succeeds even if most calls fail. */
const RETRY = { maxAttempts: 12, backoff: 'constant', delay: '200ms' } as const;

export interface StandNeeds {
  bed?: BedOptions;
  /** Options that are known only at the start, such as folders and ports. */
  prepare?(context: DrillContext): Promise<BedOptions>;
}

/** AIO under load, with Prometheus and Alertmanager that evaluate the rules. */
export interface Stand extends Pick<DrillContext, 'checks' | 'defer' | 'progress'> {
  readonly bed: Bed;
  /** Receives the spans of all processes. */
  readonly collector: Collector;
  /** Keeps its samples across a restart. `url` has no slash at the end. */
  readonly prometheus: OwnServer & { readonly url: string };
  readonly alertmanager: OwnServer;
  /** Receives pages and tickets from Alertmanager with the shipped routes. */
  readonly receiver: Receiver;
  /** Repeats `work` until you stop it or the drill ends. */
  repeat(everyMs: number, work: () => Promise<unknown>): Loop;
}

/** @param scale factor of the catalogue's times, e.g. 1/360 */
export async function startStand(
  context: DrillContext,
  needs: StandNeeds,
  scale: number,
): Promise<Stand> {
  const bedOptions = { ...needs.bed, ...(await needs.prepare?.(context)) };
  const collector = await startCollector();
  context.defer(() => collector.close());
  const bed = await context.startBed({
    audit: false,
    proxy: true,
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
  const { programDir, searchPath } = context;
  const { ruleFiles, alertmanagerFile } = await writeConfig(folder, {
    scale,
    webhook: receiver.url,
    searchPath,
  });
  const alertmanagerPort = await findFreePort();
  const alertmanager = createOwnServer(() =>
    startAlertmanager({
      dataDir: folder,
      programDir,
      searchPath,
      port: alertmanagerPort,
      configFile: alertmanagerFile,
    }),
  );
  context.defer(() => alertmanager.close());
  await alertmanager.server.start();
  // The first requests are slow, because their code is not compiled yet. Prometheus starts after them.
  await waitUntil(`${WARM_RUNS} runs have succeeded`, WARM_WITHIN_MS, async () => {
    return (await countRows(bed.db, `runs where status = 'succeeded'`)) >= WARM_RUNS;
  });
  const port = await findFreePort();
  const prometheus = createOwnServer(() =>
    startPrometheus({
      dataDir: folder,
      programDir,
      searchPath,
      port,
      targets: scrapeTargets(bed.system),
      ruleFiles: [ruleFiles],
      alertmanagerPort,
      ...(scale === 1 ? SHIPPED : QUICK),
    }),
  );
  context.defer(() => prometheus.close());
  await prometheus.server.start();
  return {
    bed,
    checks: context.checks,
    collector,
    alertmanager: alertmanager.server,
    prometheus: { ...prometheus.server, url: prometheus.last().url },
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

/** Submits runs that succeed, at a fixed rate; ignores failed submissions. */
async function startLoad(bed: Bed): Promise<Loop> {
  await bed.createWorkflow(STEADY, {
    call: { ...bed.call('ms=20'), retry: RETRY },
    ask: {
      type: 'llm',
      needs: ['call'],
      // The prompt determines which calls the simulator lets fail.
      with: { model: 'openai/gpt-6-luna', prompt: 'Who is ${{ run.id }}?', maxTokens: 64 },
      retry: RETRY,
    },
    tell: { type: 'transform', needs: ['ask'], with: { value: '${{ steps.ask.status }}' } },
  });
  return repeat(STEADY_EVERY_MS, () => bed.system.api.submitRun(STEADY));
}
