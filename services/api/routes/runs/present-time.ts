import type { Static } from 'typebox';
import type { StepTime, WhereTimeWent } from '@aio/core/run/where-time-went';
import type { RunDetail } from '@aio/platform/queries/get-run';
import type { Decision } from '@aio/platform/queries/read-decisions';
import { isoTime } from '../../http/iso-time.ts';
import { itemOrNull } from '../../http/item.ts';
import type { RunTimeSchema } from './time-schema.ts';

type PresentedTime = Static<typeof RunTimeSchema>;

export function presentTime(
  run: RunDetail,
  { total, spent, path }: WhereTimeWent,
  decisions: readonly Decision[],
): PresentedTime {
  const fromMs = run.createdAt.getTime();
  const onPath = new Set(path.map(({ id }) => id));
  return {
    runId: run.id,
    isOver: run.finishedAt !== null,
    from: isoTime(fromMs),
    to: isoTime(fromMs + total),
    totalMs: total,
    byClass: spent,
    path: path.map((step) => presentStepTime(step, fromMs)),
    decisions: decisions
      .filter(({ step }) => onPath.has(step))
      .map(({ iteration, at, ...rest }) => ({
        ...rest,
        item: itemOrNull(iteration),
        at: isoTime(at),
      })),
  };
}

function presentStepTime(step: StepTime, fromMs: number): PresentedTime['path'][number] {
  const { id, readyAfter, total, spent, stretches, kind, attempts } = step;
  return {
    step: id,
    kind,
    attempts,
    readyAt: isoTime(fromMs + readyAfter),
    totalMs: total,
    byClass: spent,
    stretches: stretches.map(({ from, to, ...rest }) => ({
      ...rest,
      from: isoTime(from),
      to: isoTime(to),
    })),
  };
}
