import { StackError } from '@aio/tools/stack-error';
import { RECEIVER } from '../clients.ts';
import { type Project, tryUntil } from '../project.ts';
import type { Report } from '../report.ts';
import { createClient, findTrace, readMissing, runFailing, type TracedRun } from './product.ts';
import { waitForAlert } from './targets.ts';

const PROGRAM = 'proof/verify/compose/receiver-main.ts';
/** A batch, a retry and a busy machine. */
const ARRIVES_WITHIN_MS = 60_000;
/** Two scrapes, and two minutes of the rule's `for`. */
const FIRES_WITHIN_MS = 5 * 60_000;
/** Prints the lost spans of the container's process. */
const COUNT_LOST = `fetch('http://127.0.0.1:9464/metrics').then((answer) => answer.text()).then((text) => {
  console.log(/^aio_telemetry_spans_dropped_total\\{reason="export_failed"\\} (\\d+)$/m.exec(text)?.[1]);
})`;

export interface EndpointOptions {
  /** Where the Compose files are. */
  root: string;
  /** The project with OTEL_EXPORTER_OTLP_ENDPOINT and this API key in _HEADERS; null = without both. */
  projectWith(apiKey: 'right' | 'wrong' | null): Project;
}

/** docker-compose.yml alone: the endpoint replaces Jaeger. */
export async function tryEndpoint(report: Report, options: EndpointOptions): Promise<void> {
  const plain = options.projectWith(null);
  const [right, wrong] = [options.projectWith('right'), options.projectWith('wrong')];
  await report.step('one file: traces arrive in Jaeger', async () => {
    await plain.up('plain');
    return describe(await findTrace(plain.place, await run(plain)));
  });
  await withReceiver(plain, options, async () => {
    await report.step('one file: an endpoint replaces Jaeger', async () => {
      await right.up('endpoint');
      const traced = await run(right);
      await arrives(right, traced);
      const { missing, receiver } = await readMissing(right.place, traced.id);
      if (missing !== 'elsewhere') throw new StackError(`the Trace tab says ${missing}`);
      return `the trace arrived; the Trace tab names ${receiver}`;
    });
    await report.step('one file: a wrong header counts as lost', async () => {
      await wrong.up('wrong-header');
      const traced = await run(wrong);
      const lost = await tryUntil('the API counts lost spans', ARRIVES_WITHIN_MS, async () => {
        const [api] = await wrong.containers('api');
        const text = await wrong.docker.run('exec', api?.Id ?? '', 'node', '-e', COUNT_LOST);
        return Number(text) || undefined;
      });
      if (await hasTrace(wrong, traced)) throw new StackError('the trace arrived');
      return `the API lost ${lost} spans`;
    });
  });
}

/** Both files: the endpoint is another destination of the collector. Leaves the project without it. */
export async function tryDestination(report: Report, options: EndpointOptions): Promise<void> {
  const both = options.projectWith(null);
  const [right, wrong] = [options.projectWith('right'), options.projectWith('wrong')];
  await withReceiver(both, options, async () => {
    await report.step('two files: the collector also sends to the endpoint', async () => {
      await right.up('destination');
      const traced = await run(right);
      await arrives(right, traced);
      return `${describe(await findTrace(right.place, traced))}; it is at the endpoint, too`;
    });
    await report.step('two files: a wrong header fires an alert', async () => {
      await wrong.up('destination-refuses');
      const refused = await run(wrong);
      const inJaeger = describe(await findTrace(wrong.place, refused));
      if (await hasTrace(wrong, refused)) throw new StackError('the trace arrived');
      const labels = { name: 'TelemetryLost', withinMs: FIRES_WITHIN_MS };
      return `${inJaeger}; ${await waitForAlert(wrong.place, labels)}`;
    });
  });
  await report.step('two files: without the endpoint again', async () => {
    await both.up('no-destination');
    return describe(await findTrace(both.place, await run(both)));
  });
}

/** Runs the receiver in a container of the project's network. */
async function withReceiver(
  project: Project,
  { root }: EndpointOptions,
  work: () => Promise<void>,
): Promise<void> {
  const program = ['--volume', `${root}/${PROGRAM}:/receiver.ts:ro`];
  const name = ['--name', RECEIVER];
  await project.compose(
    'run',
    '--detach',
    '--no-deps',
    ...name,
    ...program,
    'simulator',
    'node',
    '/receiver.ts',
  );
  await work();
  await project.docker.run('rm', '--force', RECEIVER);
}

function run({ place }: Project): Promise<TracedRun> {
  return runFailing(createClient(place));
}

async function arrives(project: Project, traced: TracedRun): Promise<void> {
  await tryUntil('the endpoint has the trace', ARRIVES_WITHIN_MS, async () =>
    (await hasTrace(project, traced)) ? true : undefined,
  );
}

async function hasTrace({ docker }: Project, { traceId }: TracedRun): Promise<boolean> {
  const ask = `fetch('http://127.0.0.1:4318/${traceId}').then((answer) => answer.text()).then(console.log)`;
  return (await docker.run('exec', RECEIVER, 'node', '-e', ask)).trim() === 'true';
}

function describe({ spans }: { spans: number }): string {
  return `${spans} spans in Jaeger`;
}
