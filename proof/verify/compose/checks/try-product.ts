import { StackError } from '@aio/tools/stack-error';
import { type Project, scaleOf } from '../project.ts';
import type { Outcome, Report } from '../report.ts';
import { checkGrafana } from './grafana.ts';
import { tryLostApi, tryLostWorker } from './lost-replica.ts';
import { type EndpointOptions, tryDestination } from './otlp-endpoint.ts';
import { createClient, findTrace, logInByBrowser, runExample, type TracedRun } from './product.ts';
import { tryRecovery } from './recovery.ts';
import { tryRunbooks } from './runbooks.ts';
import { listAlertmanagers, waitForTargets } from './targets.ts';
import { cutOffOneApi, freezeDatabase } from './without-database.ts';

export interface TryOptions {
  /** Folder of the Compose files. */
  root: string;
  /** With both files. */
  project: Project;
  /** AIO's images; the first has a shell. */
  own: readonly string[];
  /** There is an image of k6. */
  load: boolean;
}

const EXAMPLE = 'triage-incident';
const WORKERS = 3;
const APIS = 3;
const LOAD = 'docker compose --profile load run --rm --no-deps k6 run --quiet smoke.js';

/**
 * Starts both files and checks that AIO works at the addresses of its settings.
 * @param title names the settings in the report
 * @returns whether the services started
 */
export async function tryUse(
  report: Report,
  { root, project, load }: TryOptions,
  title: string,
): Promise<boolean> {
  const { place } = project;
  const isUp = await report.step(
    `${title}: ${['up -d --wait', ...scaleOf(project.leftOut)].join(' ')}`,
    async () => {
      try {
        await project.up('up');
      } catch (error) {
        if (!(error instanceof StackError)) throw error;
        const details = [...error.details, ...(await project.describeTroubles())];
        throw new StackError(error.message, { details });
      }
      const found = await project.containers();
      return `${found.filter(({ State }) => State.Health?.Status === 'healthy').length} containers are healthy`;
    },
  );
  if (!isUp) return false;

  let run: TracedRun | undefined;
  await report.step('a program logs in and runs a workflow', async () => {
    run = await runExample(createClient(place), EXAMPLE);
    return `${EXAMPLE} succeeded in ${run.durationMs} ms`;
  });
  await report.step('a browser logs in', async () => {
    return `${await logInByBrowser(place)}, at ${place.web}`;
  });
  await report.step("the run's trace is in Jaeger", async () => {
    if (run === undefined) throw new StackError('no run, because the step before failed');
    const { services, spans } = await findTrace(place, run);
    return `${spans} spans of ${services.join(' and ')}`;
  });
  await report.step('every target of Prometheus is up', () => waitForTargets(place));
  await report.step('Prometheus knows Alertmanager', async () => {
    const [url, ...others] = await listAlertmanagers(place);
    if (url === undefined) throw new StackError('Prometheus has no Alertmanager');
    return [url, ...others].join(', ');
  });
  if (project.services.includes('grafana'))
    await report.step('Grafana shows its boards', () => checkGrafana(root, place.grafana));
  if (load) await report.step(LOAD, () => tryLoad(project));
  return true;
}

/** The long checks; both files must be up. */
export async function tryProduct(
  report: Report,
  { root, project, own, endpoint }: Omit<TryOptions, 'load'> & { endpoint: EndpointOptions },
): Promise<void> {
  const { place } = project;
  await tryRecovery(report, project, own[0] ?? '');
  await report.step('every target of Prometheus is up again', () => waitForTargets(place));
  await report.step("the runbooks' commands", () => tryRunbooks(project, root));
  await report.step('one of two APIs is cut off from the database', () => cutOffOneApi(project));
  await report.step('PostgreSQL is frozen for 75 s', () => freezeDatabase(project, report.say));

  const scale = ['--scale', `api=${APIS}`, '--scale', `worker=${WORKERS}`];
  await report.step(`up -d ${scale.join(' ')}`, async () => {
    await project.up('scale', '--no-recreate', ...scale);
    const targets = await waitForTargets(place, { api: APIS, worker: WORKERS });
    return `Prometheus has ${targets}`;
  });
  await report.step(`an event stream survives one of ${APIS} APIs`, () => tryLostApi(project));
  await report.step(`one of ${WORKERS} workers is killed for good`, () =>
    tryLostWorker(project, WORKERS),
  );
  await tryDestination(report, endpoint);
  await report.step('memory of the containers', () => listMemory(project));
}

/** k6 exits with 99 when an objective is missed. That may be the busy machine, not the files. */
async function tryLoad(project: Project): Promise<Outcome> {
  const { code, output } = await project.docker.shell(`env LOAD_SECONDS=5 LOAD_RATE=1 ${LOAD}`);
  const shown = output.split('\n').filter((line) => /checks_|iterations|http_reqs/.test(line));
  if ((code === 0 || code === 99) && shown.length > 0) return { note: `exit code ${code}`, shown };
  throw new StackError(`exit code ${code}`, { details: output.trim().split('\n').slice(-15) });
}

async function listMemory(project: Project): Promise<Outcome> {
  const format = '{{.Name}} {{.MemUsage}}';
  const shown = (await project.docker.run('stats', '--no-stream', '--format', format))
    .split('\n')
    .filter(Boolean);
  return { note: '', shown };
}
