import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createEngineBench, type EngineBench } from './start-engine.ts';

/** Number of transactions that wrote the current rows of the run's steps. */
async function countCommits(bench: EngineBench, runId: string): Promise<number> {
  const text = 'select count(distinct xmin::text)::int as commits from steps where run_id = $1';
  return (await bench.select(text, runId))[0].commits;
}

/** A chain in which each step returns the output of the previous one. */
function chain(length: number, first: string): string {
  const steps = Array.from({ length: length - 1 }, (_, index) => {
    const value = `\${{ steps.s${index}.output }}`;
    return `  s${index + 1}: { type: transform, needs: [s${index}], with: { value: "${value}" } }`;
  });
  return `
  s0: { type: transform, with: { value: ${first} } }
${steps.join('\n')}
output: "\${{ steps.s${length - 1}.output }}"
`;
}

describe('inline steps', () => {
  it('share the commit of the steps before them', async (t) => {
    const bench = await createEngineBench(t);
    const id = await bench.submit(chain(10, '7'));
    // The clock stands still, because the end of a slice would add a commit.
    const run = await bench.finish(bench.start({ now: () => 0 }), id);
    assert.deepEqual([run.status, run.output], ['succeeded', 7]);
    assert.equal(await countCommits(bench, id), 1);
  });

  it('let other runs have a turn', async (t) => {
    const bench = await createEngineBench(t);
    const id = await bench.submit(chain(300, '7'));
    const run = await bench.finish(bench.start(), id);
    assert.deepEqual([run.status, run.output, run.steps_done], ['succeeded', 7, 300]);
    const commits = await countCommits(bench, id);
    assert.ok(commits > 1 && commits < 30, `${commits} commits`);
  });

  it('read a long output that is not committed yet', async (t) => {
    const bench = await createEngineBench(t);
    const text = 'x'.repeat(10_000);
    const id = await bench.submit(chain(4, text));
    const run = await bench.finish(bench.start(), id);
    assert.deepEqual([run.status, run.output], ['succeeded', text]);
  });

  it('are committed before a later call starts', async (t) => {
    const seen: unknown[] = [];
    const bench = await createEngineBench(t, async ({ runId }) => {
      seen.push(await bench.readStatuses(runId));
      return { n: 2 };
    });
    const id = await bench.submit(`
  before: { type: transform, with: { value: 1 } }
  call: { type: http, needs: [before], with: { url: "http://x/" } }
  after: { type: transform, needs: [call], with: { value: "\${{ steps.call.output.n }}" } }
  again: { type: http, needs: [after], with: { url: "http://x/" } }
`);
    assert.equal((await bench.finish(bench.start(), id)).status, 'succeeded');
    assert.deepEqual(seen, [
      { before: 'succeeded', call: 'running' },
      { before: 'succeeded', call: 'succeeded', after: 'succeeded', again: 'running' },
    ]);
  });
});
