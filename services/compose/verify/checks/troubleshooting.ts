import { createMachineToken, fetchAs } from '@aio/stack/machine-token';
import { StackError } from '@aio/stack/stack-error';
import { type Project, tryUntil } from '../project.ts';
import type { Report } from '../report.ts';
import { createClient, submit, waitForSuccess } from './product.ts';

const SEEN_WITHIN_MS = 60_000;
/** Above `log_min_duration_statement` of the Compose file. */
const SLOW_SECONDS = 0.6;
/** Fills more memory than the service may have. */
const EAT = 'for (const all = []; ; ) all.push(Buffer.alloc(1e7, 1));';

/** Causes the troubles of the table in services/README.md with Compose's own commands, and cures them. */
export async function tryTroubles(report: Report, project: Project): Promise<void> {
  const { place, docker, compose } = project;
  const fetch = fetchAs(createMachineToken(place.keycloak));
  const ask = async (path: string) => {
    const response = await fetch(`${place.api}${path}`, { redirect: 'manual' });
    return `${response.status} ${(await response.text()).slice(0, 200)}`;
  };
  const see = (path: string, expected: RegExp) =>
    tryUntil(`${path} answers ${expected}`, SEEN_WITHIN_MS, async () => {
      const answer = await ask(path);
      if (!expected.test(answer)) throw new StackError(answer);
      return answer;
    });
  const without = async (service: string, look: () => Promise<unknown>) => {
    await compose('stop', service);
    try {
      await look();
    } finally {
      await compose('start', service);
    }
    await project.waitUntilHealthy(service);
  };

  await report.step('trouble: database down', async () => {
    await without('postgres', async () => {
      await see('/api/v1/runs', /^503 .*"code":"unavailable"/);
      await see('/health', /^200 /);
      await see('/ready', /^503 .*"database":"unavailable"/);
    });
    await see('/api/v1/runs', /^200 /);
    return '503, /health 200, /ready names it';
  });
  await report.step('trouble: Redis down', async () => {
    let id = '';
    await without('redis', async () => {
      await see('/ready', /^503 .*"redis":"unavailable"/);
      await see('/ready?require=database', /^200 /);
      await see('/auth/login', /^503 /);
      id = (await submit(createClient(place))).id;
    });
    await waitForSuccess(createClient(place), id);
    return 'the run that was accepted meanwhile succeeded';
  });
  await report.step('trouble: login service down', async () => {
    await without('keycloak', async () => {
      await see('/auth/login', /^503 /);
      await see('/api/v1/runs', /^200 /);
    });
    await see('/auth/login', /^302 /);
    return 'logins get 503, tokens work';
  });
  await report.step('trouble: slow query', async () => {
    const sql = (text: string) => compose('exec', '-T', 'api', 'psql', '-c', text);
    await sql(`select pg_sleep(${SLOW_SECONDS})`);
    const { output } = await docker.shell(
      'docker compose logs postgres | grep duration: | tail -1',
    );
    if (!output.includes('pg_sleep')) throw new StackError(`not in PostgreSQL's log: ${output}`);
    const plan = await sql(`explain select * from audit_log where target = 'runs/none'`);
    return plan.split('\n')[2]?.trim() ?? '';
  });
  await report.step('trouble: out of memory', async () => {
    const { code } = await docker.shell(
      `docker compose run --rm --no-deps worker node -e '${EAT}'`,
    );
    if (code !== 137) throw new StackError(`exit code ${code}`);
    return 'exit code 137';
  });
}
