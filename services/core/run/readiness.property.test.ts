import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Arbitrary } from 'fast-check';
import {
  assert as assertProperty,
  array,
  boolean,
  constantFrom,
  integer,
  nat,
  property,
  record,
  shuffledSubarray,
} from 'fast-check';
import type { Join, StepGraph } from './readiness.ts';
import { createReadiness } from './readiness.ts';
import type { StepStatus } from './states.ts';

type End = 'succeeded' | 'failed' | 'skipped';

interface Case {
  graph: StepGraph;
  /** How each step ends if it runs. */
  ends: End[];
  /** Chooses which running step ends next. */
  choices: number[];
}

/** In some order, each step of a DAG needs only earlier steps; `order` shuffles the ids. */
const cases: Arbitrary<Case> = integer({ min: 1, max: 14 }).chain((size) =>
  record({
    edges: array(boolean(), { minLength: size * size, maxLength: size * size }),
    joins: array(constantFrom<Join>('all_succeeded', 'none_failed', 'all_settled'), {
      minLength: size,
      maxLength: size,
    }),
    ends: array(constantFrom<End>('succeeded', 'succeeded', 'failed', 'skipped'), {
      minLength: size,
      maxLength: size,
    }),
    order: shuffledSubarray([...Array(size).keys()], { minLength: size, maxLength: size }),
    choices: array(nat(), { minLength: size, maxLength: size }),
  }).map(({ edges, joins, ends, order, choices }) => {
    const needs = order.map((place, step) =>
      order.flatMap((other, parent) =>
        other < place && edges[step * size + parent] ? [parent] : [],
      ),
    );
    const steps = needs.map((parents, step) => ({
      needs: parents,
      dependants: needs.flatMap((others, other) => (others.includes(step) ? [other] : [])),
      join: joins[step]!,
    }));
    return { graph: { steps }, ends, choices };
  }),
);

/** The end of every step, computed directly from the specification. */
function expectedEnds({ graph, ends }: Case): End[] {
  const known: End[] = [];
  const endOf = (step: number): End => (known[step] ??= decide(step));
  function decide(step: number): End {
    const { needs, join } = graph.steps[step]!;
    const parents = needs.map(endOf);
    if (join === 'all_succeeded' && parents.some((end) => end !== 'succeeded')) return 'skipped';
    if (join === 'none_failed' && parents.includes('failed')) return 'skipped';
    return ends[step]!;
  }
  return graph.steps.map((_, step) => endOf(step));
}

/** Runs the graph from the given statuses like the engine, and checks each decision. */
function work({ graph, ends, choices }: Case, statuses?: StepStatus[], stopAfter = Infinity) {
  const readiness = createReadiness(graph, statuses);
  const decided = new Set<number>();
  const running: number[] = [];
  const take = ({ run, skip }: { run: number[]; skip: number[] }) => {
    for (const step of [...run, ...skip]) {
      assert.ok(!decided.has(step), `step ${step} is decided twice`);
      decided.add(step);
      for (const parent of graph.steps[step]!.needs) {
        assert.ok(!['pending', 'running'].includes(readiness.status(parent)), 'a parent is open');
      }
    }
    for (const step of skip) assert.equal(readiness.status(step), 'skipped');
    running.push(...run);
  };
  take(readiness.begin());
  for (let turn = 0; running.length > 0 && turn < stopAfter; turn++) {
    const [step] = running.splice(choices[turn % choices.length]! % running.length, 1);
    take(readiness.settle(step!, ends[step!]!));
  }
  return { statuses: graph.steps.map((_, step) => readiness.status(step)), open: readiness.open() };
}

describe('readiness of any DAG', () => {
  it('ends each step once, as specified, in any order', () => {
    assertProperty(
      property(cases, (one) => {
        const { statuses, open } = work(one);
        assert.deepEqual(statuses, expectedEnds(one));
        assert.equal(open, 0);
      }),
      { numRuns: 500 },
    );
  });

  it('has the same ends if another worker takes over', () => {
    assertProperty(
      property(cases, nat({ max: 14 }), (one, stopAfter) => {
        const { statuses: middle } = work(one, undefined, stopAfter);
        const { statuses, open } = work(one, middle);
        assert.deepEqual(statuses, expectedEnds(one));
        assert.equal(open, 0);
      }),
      { numRuns: 500 },
    );
  });
});
