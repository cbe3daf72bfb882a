import { quantileOf } from '../../lib/quantile.ts';
import { chain, toNoOpWorkflow } from '../../lib/shapes.ts';
import type { BenchContext, BenchPart, Cell } from '../part.ts';
import { type BenchSystem, startBenchSystem } from '../system.ts';

const RUNS = 1_000_000;
const AT_ONCE = 50_000;
const WORKFLOW = toNoOpWorkflow('ship-order', chain(1));
/** Per round and search. */
const REQUESTS = 20;

/** Queries by title. */
const SEARCHES: Readonly<Record<string, string>> = {
  'a word of every 4th run': 'q=tokyo',
  'a word of every 1,000th run': 'q=c177',
  'a word of one run': 'q=o123456',
  'a word of no run': 'q=nowhere',
  'the beginning of many words': 'q=c1',
  'two words': 'q=kyoto+c42',
  'a word, failed runs': 'q=kyoto&status=failed',
  'the beginning of an id': 'q=018bd2',
  'no word, the newest': '',
  'a cost that no run reaches': 'minCostUsd=5',
};

/** Times searches of the list of runs, as the web UI sends them, with a million runs stored. */
export const search: BenchPart = {
  name: 'search',
  async run(context) {
    const system = await startBenchSystem(context, { workers: 0 });
    await system.api.createWorkflow(WORKFLOW);
    await store(context, system);
    const rows: Cell[][] = [];
    const p95s: number[] = [];
    for (const [name, query] of Object.entries(SEARCHES)) {
      const { found, ms } = await ask(system, query, context.rounds * REQUESTS);
      p95s.push(quantileOf(ms, 0.95));
      rows.push([name, query, String(found), quantileOf(ms, 0.5), quantileOf(ms, 0.95)]);
    }
    return {
      tables: [
        {
          title: `GET /runs with ${RUNS.toLocaleString('en')} runs stored`,
          rows: [['', 'query', 'runs', 'P50 ms', 'P95 ms'], ...rows],
        },
      ],
      measured: { searchMs: Math.max(...p95s) },
      method: `${context.rounds * REQUESTS} requests of each search, one after the other, for a page of 50 runs`,
    };
  },
};

/** Stores one run per second, with words of different frequency in the inputs. */
async function store(context: BenchContext, { db }: BenchSystem): Promise<void> {
  for (let first = 1; first <= RUNS; first += AT_ONCE) {
    await db.query(
      `insert into runs (id, workflow_id, workflow_version_id, workflow_name, owner, input, steps_total, status,
         created_at, started_at, finished_at, wanted_at, cost_usd)
       select (
           lpad(to_hex(1700000000000 + n::bigint * 1000), 12, '0') || '7' || substr(md5(n::text), 1, 3) || '8'
           || substr(md5(n::text), 4, 15)
         )::uuid,
         v.workflow_id, v.id, '${WORKFLOW.name}', 'somebody',
         json_build_object(
           'order', 'o' || n, 'customer', 'c' || n % 1000, 'note', md5(n::text),
           'city', (array['tokyo', 'osaka', 'kyoto', 'nara'])[1 + n % 4]
         ), 1, case when n % 50 = 0 then 'failed' else 'succeeded' end, to_timestamp(1700000000 + n),
         to_timestamp(1700000000 + n), to_timestamp(1700000001 + n), null, 0.01
       from workflow_versions v cross join generate_series($1::int, $2::int) n`,
      [first, first + AT_ONCE - 1],
    );
    // The API would index these words in the background.
    await db.query(
      `insert into run_texts (run_id, words, is_final)
       select id, to_tsvector('simple', workflow_name || regexp_replace(input::text, '[^a-z0-9]+', ' ', 'g')), true
       from runs where finished_at > to_timestamp($1::int) on conflict do nothing`,
      [1_700_000_000 + first],
    );
    context.say(`${first + AT_ONCE - 1} of ${RUNS} runs stored`);
  }
  await db.query('vacuum analyze runs, run_texts');
}

async function ask(
  { api }: BenchSystem,
  query: string,
  times: number,
): Promise<{ found: number; ms: number[] }> {
  const ms: number[] = [];
  let found = 0;
  for (let nth = 0; nth < times; nth++) {
    const startedAt = performance.now();
    const { items } = await api.get<{ items: unknown[] }>(`/runs?${query}`);
    ms.push(performance.now() - startedAt);
    found = items.length;
  }
  return { found, ms };
}
