import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bed } from '../bed/bed.ts';
import type { Drill, DrillContext } from '../drills/kit/drill.ts';
import { watchHealth } from '../bed/probes.ts';
import { memoryMb } from '../bed/memory.ts';

/** The slowest `/health` of any process: no request, definition or run may block an event loop. */
const HEALTH_LIMIT_MS = { full: 250, short: 1000 };
const MEMORY_GROWTH_LIMIT_MB = 150;
const UNREAD_MS = 5000;
/** Steps of workflows whose input schema is the point. */
const STEPS = { only: { type: 'transform', with: { value: 1 } } } as const;

interface Attack {
  name: string;
  what: string;
  /** Limits besides the slowest `/health`; default none. */
  limit?: string;
  attack(bed: Bed, context: DrillContext): Promise<void>;
}

function heldLoop({ name, what, limit = '', attack }: Attack): Drill {
  return {
    name,
    what,
    limits: `every process answers /health within ${HEALTH_LIMIT_MS.full} ms${limit}`,
    alone: true,
    async run(context) {
      const bed = await context.startBed({ audit: false });
      const { checks } = context;
      const health = watchHealth(bed.system);
      await attack(bed, context).catch((error: Error) => checks.that(false, error.message));
      const { longestMs, process } = await health.stop();
      const limitMs = HEALTH_LIMIT_MS[context.full ? 'full' : 'short'];
      checks.note(`slowest /health ${Math.round(longestMs)} ms (${process})`);
      checks.that(
        longestMs <= limitMs,
        `/health took ${Math.round(longestMs)} ms, limit ${limitMs}`,
      );
    },
  };
}

const unreadAnswers = heldLoop({
  name: 'unread-answers',
  what: 'an anonymous client sends thousands of requests on one connection and reads no answer',
  limit: `, the API's memory grows by at most ${MEMORY_GROWTH_LIMIT_MB} MB`,
  async attack({ system }, { full, checks, progress }) {
    const [api] = system.apis;
    const before = memoryMb(api!.pid);
    let most = before;
    for (const path of ['/api/v1/docs', '/api/v1/openapi.json', '/nothing']) {
      progress(path);
      const requests = `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
      const socket = sendUnread(api!.url, requests.repeat(full ? 10_000 : 3000));
      await sleep(UNREAD_MS);
      most = Math.max(most, memoryMb(api!.pid));
      socket.destroy();
    }
    checks.atMost('growth of memory', most - before, MEMORY_GROWTH_LIMIT_MB, 'MB');
  },
});

function sendUnread(url: string, requests: string): Socket {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname).pause();
  // The API closes such connections on purpose.
  socket.on('error', () => {});
  socket.write(requests);
  return socket;
}

const costlySchemas = heldLoop({
  name: 'costly-schemas',
  what: 'input schemas and inputs that are costly to validate, in the API and in workflow steps',
  limit: ', no answer of 5xx',
  async attack(bed, { checks, progress }) {
    for (const [name, { schema, input }] of Object.entries(COSTLY_SCHEMAS)) {
      progress(name);
      const target = { name, input: { type: 'object', properties: { value: schema } } };
      const created = await send(bed, '/workflows', { ...target, steps: STEPS });
      checks.that(created < 500, `${name}: the API answered ${created} to the workflow`);
      if (created !== 201) continue;
      const submitted = await send(bed, `/workflows/${name}/runs`, { input: { value: input } });
      checks.that(submitted < 500, `${name}: the API answered ${submitted} to the run`);
      const child = { type: 'workflow', with: { workflow: name, input: '${{ input }}' } };
      const parent = { name: `${name}-parent`, steps: { child } };
      await send(bed, '/workflows', parent);
      await send(bed, `/workflows/${name}-parent/runs`, { input: { value: input } });
    }
    await bed.settle();
  },
});

const range = (count: number) => Array.from({ length: count }, (_, index) => index);
const doubled = (innermost: object) => ({
  $ref: '#/$defs/level8',
  $defs: Object.fromEntries([
    ['level0', innermost],
    ...range(8).map((level) => {
      const inner = { $ref: `#/$defs/level${level}` };
      return [`level${level + 1}`, { allOf: [inner, inner] }];
    }),
  ]),
});

const COSTLY_SCHEMAS: Record<string, { schema: object; input: unknown }> = {
  'schema-url': { schema: { format: 'url' }, input: `http://${'a-'.repeat(25_000)}!` },
  'schema-unique': {
    schema: doubled({ uniqueItems: true }),
    input: range(900).map((index) => ({ key: `${'x'.repeat(980)}${index}` })),
  },
  'schema-enum': {
    schema: { items: { enum: range(3000).map((index) => ({ key: `${'y'.repeat(99)}${index}` })) } },
    input: range(5000).map((index) => ({ key: `${'y'.repeat(99)}${index + 9000}` })),
  },
  'schema-length': {
    schema: { allOf: range(500).map((index) => ({ maxLength: 1_000_000 + index })) },
    input: 'é'.repeat(400_000),
  },
  'schema-required': {
    schema: { items: { required: range(20_000).map((index) => `key${index}`) } },
    input: range(50_000).map(() => ({})),
  },
};

const costlyPatterns = heldLoop({
  name: 'costly-patterns',
  what: 'definitions and runs that compile thousands of regular expressions',
  limit: ', no answer of 5xx',
  async attack(bed, { checks, progress }) {
    progress('2,000 literal patterns');
    const literal = (index: number) => `\${{ 'a'.matches('(a{1,50}b${index})') }}`;
    const steps = range(2000).map((index) => [
      `step${index}`,
      { type: 'transform', with: { value: literal(index) } },
    ]);
    const literals = { name: 'literal-patterns', steps: Object.fromEntries(steps) };
    const validated = await send(bed, '/workflows/validate', literals);
    checks.that(validated < 500, `the API answered ${validated} to the literal patterns`);
    progress('3,000 computed patterns');
    const workflow = await bed.createWorkflow('computed-patterns', {
      only: {
        type: 'transform',
        with: { value: "${{ size(input.patterns.filter(p, 'abc'.matches(p))) }}" },
      },
    });
    const pattern = (index: number) => `(a{1,${900 + (index % 90)}}b${index}){1}`;
    await bed.submit(workflow, { patterns: range(3000).map(pattern) });
    await bed.settle();
  },
});

const costlyDefinitions = heldLoop({
  name: 'costly-definitions',
  what: 'the largest definitions: YAML with tiny values, 2,000 steps with ten needs each, 2,000 schemas',
  limit: ', no answer of 5xx',
  async attack({ system }, { checks, progress }) {
    const needs = (index: number) =>
      range(Math.min(index, 10)).map((back) => `step${index - back - 1}`);
    const steps = (count: number, step: (index: number) => object) =>
      JSON.stringify({
        name: 'large',
        steps: Object.fromEntries(range(count).map((index) => [`step${index}`, step(index)])),
      });
    const schema = { type: 'object', properties: { a: { type: 'string' } } };
    const llm = { model: 'openai/gpt-6-luna', prompt: 'a', schema };
    const definitions: [name: string, type: string, text: string][] = [
      ['YAML of tiny values', 'yaml', `name: large\nvalue: [${'a,'.repeat(70_000)}a]\n`],
      [
        '2,000 steps',
        'json',
        steps(2000, (index) => ({
          type: 'transform',
          needs: needs(index),
          with: { value: `\${{ input.a + ${index} }}` },
        })),
      ],
      ['2,000 schemas', 'json', steps(2000, () => ({ type: 'llm', with: llm }))],
    ];
    for (const [name, type, text] of definitions) {
      progress(name);
      const headers = { 'content-type': `application/${type}` };
      const response = await system.api.request('POST', '/workflows/validate', text, headers);
      const answer = (await response.text()).slice(0, 100);
      checks.that(response.status < 500, `${name}: ${response.status} ${answer}`);
    }
  },
});

const costlySiblings = heldLoop({
  name: 'costly-siblings',
  what: 'one run with hundreds of transforms that take 20 ms of CPU each and are ready at once',
  limit: ', the run succeeds on the worker that claimed it',
  async attack(bed, { full, checks, progress }) {
    const count = full ? 1400 : 300;
    progress(`${count} transforms`);
    const value = (index: number) =>
      `\${{ size(input.items.map(a, input.items.filter(b, a + b == ${index}))) }}`;
    const steps = range(count).map((index) => [
      `step${index}`,
      { type: 'transform', with: { value: value(index) } },
    ]);
    const workflow = await bed.createWorkflow('costly-siblings', Object.fromEntries(steps));
    const run = await bed.submit(workflow, { items: range(120) });
    await bed.settle(120_000);
    const { rows } = await bed.db.query<{ status: string; epoch: number }>(
      'select status, epoch::int from runs where id = $1',
      [run],
    );
    const { status, epoch } = rows[0]!;
    checks.that(status === 'succeeded', `the run is ${status}`);
    // 0 = accepted, 1 = claimed once.
    checks.atMost('epoch', epoch, 1);
    checks.rows(await bed.judge());
  },
});

async function send({ system }: Bed, path: string, body: object): Promise<number> {
  const response = await system.api.request('POST', path, body);
  await response.body?.cancel();
  return response.status;
}

/** Requests and runs by which one user could block a process for all others. */
export const HELD_LOOPS: readonly Drill[] = [
  unreadAnswers,
  costlySchemas,
  costlyPatterns,
  costlyDefinitions,
  costlySiblings,
];
