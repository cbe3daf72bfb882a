import type { Page } from 'playwright-core';
import type { Run, Step } from '../../shared/api.ts';

/** A bar of an attempt, in percent of the run's length. */
export interface Bar {
  phase: string;
  attempt: number;
  left: number;
  width: number;
}

/** The bars of a step's line on the screen. */
export function drawnBars(page: Page, stepId: string): Promise<Bar[]> {
  return page.locator(`[data-step="${stepId}"] [data-phase]`).evaluateAll((elements) =>
    elements.map((element) => {
      const track = element.parentElement!.getBoundingClientRect();
      const box = element.getBoundingClientRect();
      const percent = (pixels: number): number => (pixels / track.width) * 100;
      return {
        phase: element.getAttribute('data-phase') ?? '',
        attempt: Number(element.getAttribute('data-attempt')),
        left: percent(box.left - track.left),
        width: percent(box.width),
      };
    }),
  );
}

/** The bars that a finished step must have for queue time and execution, calculated from the API's data. */
export function expectedBars(run: Run, step: Step): Bar[] {
  const startMs = Date.parse(run.createdAt);
  const lengthMs = Date.parse(run.finishedAt!) - startMs;
  const bar = (phase: string, attempt: number, from: string, to: string): Bar => ({
    phase,
    attempt,
    left: ((Date.parse(from) - startMs) / lengthMs) * 100,
    width: ((Date.parse(to) - Date.parse(from)) / lengthMs) * 100,
  });
  const work = step.kind === 'approval' ? 'wait' : 'execution';
  const before = step.queues || step.needs.length === 0 ? 'queue' : 'engine';
  return step.attempts
    .flatMap(({ number, readyAt, startedAt, finishedAt }) => [
      bar(before, number, readyAt!, startedAt!),
      bar(work, number, startedAt!, finishedAt!),
    ])
    .filter(({ width }) => width > 0);
}
