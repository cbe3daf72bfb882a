import { readMetric } from '../../lib/read-metric.ts';
import { troubleDrill } from './trouble.ts';

export const databaseDown = troubleDrill({
  name: 'database-down',
  symptom: 'the API answers 503',
  cause: 'PostgreSQL is down',
  cure: 'start it, nothing else',
  async tryOut({ bed, see, seeLog, well, checks }) {
    const { postgres } = bed.servers;
    await postgres.end();
    const answer = await see('GET /api/v1/runs', '/api/v1/runs', '503 unavailable');
    checks.that(answer.headers.has('retry-after'), 'the 503 has no Retry-After');
    const ready = await see('/ready', '/ready', '503');
    const components = JSON.stringify(ready.body?.['components']);
    checks.note(components);
    checks.that(
      components?.includes('"database":"unavailable"') ?? false,
      '/ready does not name the database',
    );
    await see('/health', '/health', '200');
    await seeLog('api', /"level":"(warn|error)".*(database|PostgreSQL)/i);
    const up = await readMetric(
      bed.system.metricsUrl,
      'aio_dependency_up',
      'dependency="database"',
    );
    checks.that(up === 0, `aio_dependency_up of the database is ${up}, not 0`);
    await postgres.start();
    await well('/api/v1/runs', '200');
    await well('/ready', '200');
  },
});
