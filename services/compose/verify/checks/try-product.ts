import { StackError } from '@aio/stack/stack-error';
import type { Project } from '../project.ts';
import type { Report } from '../report.ts';
import { findWeaknesses } from './containers.ts';
import { checkGrafana } from './grafana.ts';
import {
  createClient,
  findTrace,
  logInByBrowser,
  runExample,
  runFailing,
  type TracedRun,
} from './product.ts';
import { tryRecovery } from './recovery.ts';
import { listAlertmanagers, waitForTargets } from './targets.ts';

export interface TryOptions {
  /** Where the Compose files are. */
  root: string;
  /** Of both files. */
  project: Project;
  /** The same with the collector before Jaeger. */
  withCollector: Project;
  /** Images of ours; the first has a shell. */
  own: readonly string[];
}

const EXAMPLE = 'triage-incident';
const WORKERS = 3;

/** All that wants the whole product: both files up. */
export async function tryProduct(
  report: Report,
  { root, project, withCollector, own }: TryOptions,
): Promise<void> {
  const scale = project.leftOut.flatMap((service) => ['--scale', `${service}=0`]);
  // What is to be there is there: Compose would pull an image even for a service that is not to run.
  const up = (...more: string[]) => ['up', '--detach', '--wait', '--pull=never', ...scale, ...more];
  const isUp = await report.step(
    `both files, ${['up -d --wait', ...scale].join(' ')}`,
    async () => {
      try {
        await project.work('up', ...up());
      } catch (error) {
        if (!(error instanceof StackError)) throw error;
        const details = [...error.details, ...(await project.describeTroubles())];
        throw new StackError(error.message, { details });
      }
      const found = await project.containers();
      return `${found.filter(({ State }) => State.Health?.Status === 'healthy').length} containers are healthy`;
    },
  );
  if (!isUp) return;

  await report.step('containers keep their promises', () => holdPromises(project, own));
  let run: TracedRun | undefined;
  await report.step('a program logs in and runs a workflow', async () => {
    run = await runExample(createClient(), EXAMPLE);
    return `${EXAMPLE} succeeded in ${run.durationMs} ms`;
  });
  await report.step('somebody logs in with a browser', logInByBrowser);
  await report.step("the run's trace is in Jaeger", async () => {
    if (run === undefined) throw new StackError('there is no run');
    const { services, spans } = await findTrace(run);
    return `${spans} spans of ${services.join(' and ')}`;
  });
  await report.step('every target of Prometheus is up', () => waitForTargets());
  await report.step('Prometheus knows Alertmanager', async () => {
    const [url, ...others] = await listAlertmanagers();
    if (url === undefined) throw new StackError('it knows none');
    return [url, ...others].join(', ');
  });

  if (project.services.includes('grafana'))
    await report.step('Grafana shows what is provisioned', () => checkGrafana(root));

  await tryRecovery(report, project, own[0] ?? '');
  await report.step('every target of Prometheus is up again', () => waitForTargets());

  await report.step(`up -d --scale worker=${WORKERS}`, async () => {
    await project.work('scale', ...up('--no-recreate', '--scale', `worker=${WORKERS}`));
    const targets = await waitForTargets({ worker: WORKERS });
    return `Prometheus has ${targets}`;
  });
  await report.step('the collector before Jaeger, by its profile', async () => {
    await withCollector.work('collector', ...up());
    await waitForTargets({ 'span-metrics': 1 });
    const { spans } = await findTrace(await runFailing(createClient()), 120_000);
    return `it keeps the trace of a run that failed, ${spans} spans`;
  });
}

async function holdPromises(project: Project, own: readonly string[]): Promise<string> {
  const containers = await project.containers();
  const lasting = containers.filter(({ State }) => State.Status === 'running');
  const faults = lasting.flatMap((container) => {
    const isOwn = own.includes(container.Config.Image);
    return findWeaknesses(container, { own: isOwn }).map(
      (fault) => `${container.Name.slice(1)}: ${fault}`,
    );
  });
  if (faults.length > 0) throw new StackError(faults.join('\n'));
  return `${lasting.length} have limits and a restart policy, ports on loopback; ours write nowhere and are not root`;
}
