import { startAlertmanager } from '@aio/tools/servers/alertmanager';
import { findFreePort } from '@aio/tools/process/free-port';
import { startPrometheus } from '@aio/tools/servers/prometheus';
import type { Bed, BedOptions } from '../../../bed/bed.ts';
import { startCollector } from '../../../bed/slices.ts';
import type { DrillContext } from '../../kit/drill.ts';
import { countRows } from '../../../oracles/rows.ts';
import type { FaultSystem } from '../../../alert-faults/fault.ts';
import { httpSlotsOf } from '../../../alert-faults/slots.ts';
import { STEADY_EVERY_MS, steadySteps } from '../../../alert-faults/steady.ts';
import { type Loop, repeat } from '../../../bed/loop.ts';
import { BUILDER, createPersonClient } from '../../../bed/people.ts';
import { PROJECT_ROOT } from '@aio/tools/system/own-servers';
import { scrapeTargets } from '@aio/tools/system/system';
import { waitUntil } from '@aio/tools/system/wait-until';
import { type Receiver, startReceiver } from './receiver.ts';
import { writeAlertConfig } from '@aio/tools/servers/write-alert-config';

/** As in `prometheus.yml`. */
const SHIPPED = { scrapeIntervalMs: 15_000, evaluationIntervalMs: 15_000 };
const WARM_RUNS = 12;
const WARM_WITHIN_MS = 60_000;

const STEADY = 'steady';

export interface StandNeeds {
  bed?: BedOptions;
  /** Options that are known only at the start, such as folders and ports. */
  prepare?(context: DrillContext): Promise<BedOptions>;
}

/** AIO under load, with Prometheus and Alertmanager that evaluate the rules. */
export interface Stand extends Pick<DrillContext, 'checks' | 'defer'>, FaultSystem {
  readonly bed: Bed;
  /** `url` has no slash at the end. */
  readonly prometheus: { readonly url: string };
  /** Receives pages and tickets from Alertmanager with the shipped routes. */
  readonly receiver: Receiver;
}

export async function startStand(context: DrillContext, needs: StandNeeds): Promise<Stand> {
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
  const { ruleFiles, alertmanagerFile } = await writeAlertConfig(folder, {
    root: PROJECT_ROOT,
    webhook: receiver.url,
    searchPath,
  });
  const alertmanagerPort = await findFreePort();
  const alertmanager = await startAlertmanager({
    dataDir: folder,
    programDir,
    searchPath,
    port: alertmanagerPort,
    configFile: alertmanagerFile,
  });
  context.defer(() => alertmanager.stop());
  // The first requests are slow, because their code is not compiled yet. Prometheus starts after them.
  await waitUntil(`${WARM_RUNS} runs have succeeded`, WARM_WITHIN_MS, async () => {
    return (await countRows(bed.db, `runs where status = 'succeeded'`)) >= WARM_RUNS;
  });
  const prometheus = await startPrometheus({
    dataDir: folder,
    programDir,
    searchPath,
    port: await findFreePort(),
    targets: scrapeTargets(bed.system),
    ruleFiles: [ruleFiles],
    alertmanagerPort,
    ...SHIPPED,
  });
  context.defer(() => prometheus.stop());
  return {
    bed,
    ...whatFaultsTouch(
      bed,
      httpSlotsOf(bedOptions.env?.['WORKER_KINDS'], bed.system.workers.length),
    ),
    checks: context.checks,
    prometheus: { url: prometheus.url },
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

/** What faults touch of a bed. */
function whatFaultsTouch(bed: Bed, httpSlots: number) {
  const { system, db, servers } = bed;
  return {
    workers: system.workers.map((worker) => ({
      get pid() {
        return worker.pid;
      },
      signal: (signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT') =>
        signal === 'SIGKILL' ? bed.kill(worker) : worker.signal(signal),
      restart: () => worker.restart(),
    })),
    simulator: system.simulator,
    api: system.api,
    db,
    httpSlots,
    async freeze(server: 'postgres' | 'redis') {
      const thaw = servers[server].freeze!();
      return async () => thaw();
    },
    asBuilder: () => createPersonClient(system, BUILDER),
  };
}

/** Submits runs that succeed, at a fixed rate; ignores failed submissions. */
async function startLoad(bed: Bed): Promise<Loop> {
  await bed.createWorkflow(STEADY, steadySteps(bed.system));
  return repeat(STEADY_EVERY_MS, () => bed.system.api.submitRun(STEADY));
}
