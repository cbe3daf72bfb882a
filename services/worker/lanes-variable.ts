import { DEFAULT_LANE } from '@aio/core/definition/kinds/kind';
import { isStepKind, STEP_KIND_NAMES, stepKind } from '@aio/core/definition/kinds/registry';
import type { Variable } from '@aio/platform/environment';
import { define } from '@aio/platform/variables';

/** Kinds that take a slot have a lane of their own name. */
const LIMITED = STEP_KIND_NAMES.filter((kind) => stepKind(kind).lane !== DEFAULT_LANE);

/** `http:32,llm` = at most 32 http steps at once, and llm steps as WORKER_SLOTS allows. */
export function lanes(name: string): Variable<ReadonlyMap<string, number | null> | null> {
  const expected = `some of ${LIMITED.join(', ')}, separated by commas, each with a limit if it has one, like ${LIMITED[0]}:32`;
  return define<ReadonlyMap<string, number | null> | null>(
    name,
    expected,
    { fallback: null },
    (given) => {
      const parsed = new Map<string, number | null>();
      for (const part of given.split(',')) {
        const match = /^([a-z]+)(?::([1-9]\d{0,4}))?$/.exec(part.trim());
        if (!match || !isStepKind(match[1]) || !LIMITED.includes(match[1])) return undefined;
        parsed.set(match[1], match[2] === undefined ? null : Number(match[2]));
      }
      return parsed;
    },
  );
}
