import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, test } from 'node:test';
import { readServices } from '../../testing/files.ts';
import { commandsIn } from './runbooks.ts';

const RUNBOOKS = resolve(import.meta.dirname, '../../../../observability/runbooks');
/** Ports that Compose publishes on this machine, by default. */
const PUBLISHED = new Set(
  Object.values(readServices()).flatMap(({ ports = [] }) =>
    ports.map((port) => /(\d+)\}?:\d+$/.exec(port)?.[1]),
  ),
);

test('commands are lines of blocks, SQL for psql, and code in the text', () => {
  const markdown = [
    'Ask `curl localhost:8080/ready`, not `docker compose logs <service>` or `METRICS_PORT`.',
    '',
    '```promql',
    'up',
    '```',
    '',
    '   ```',
    '   npm run observe:logs -- --since 5m',
    '   ```',
    '',
    '```sql',
    'select 1;',
    '```',
  ].join('\n');
  assert.deepEqual(commandsIn(markdown), [
    {
      line: 'docker compose logs api worker | npm run --silent observe:logs -- --stdin --since 5m',
    },
    { line: 'docker compose exec -T api psql -v ON_ERROR_STOP=1', input: 'select 1;\n' },
    { line: 'curl localhost:8080/ready' },
  ]);
});

describe('commands of runbooks reach a stack of Compose', () => {
  for (const file of readdirSync(RUNBOOKS).filter((name) => name.endsWith('.md')))
    test(file, () => {
      for (const { line } of commandsIn(readFileSync(join(RUNBOOKS, file), 'utf8'))) {
        assert.match(line, /^(docker compose|curl) /);
        const [, port] = /^curl .*localhost:(\d+)/.exec(line) ?? [];
        if (port !== undefined) assert.ok(PUBLISHED.has(port), `port ${port} is not published`);
      }
    });
});
