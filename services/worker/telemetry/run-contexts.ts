import { contextFromTraceparent } from '@aio/runtime/trace-context';
import type { Context } from '@opentelemetry/api';
import type { TracedRun } from '../engine/observer.ts';

/** Returns the context of a run's span, which is the parent of its steps' spans. */
export type ContextOfRun = (run: TracedRun) => Context;

/** Creates a look-up that parses each run's `traceparent` once. */
export function createRunContexts(): ContextOfRun {
  const contexts = new WeakMap<TracedRun, Context>();
  /** Consecutive events mostly concern one run, and map look-ups took 2 % of a worker's time. */
  let latest: { run: TracedRun; context: Context } | null = null;

  return (run) => {
    if (latest?.run === run) return latest.context;
    let context = contexts.get(run);
    if (!context) {
      context = contextFromTraceparent(run.traceparent, run.tracestate);
      contexts.set(run, context);
    }
    latest = { run, context };
    return context;
  };
}
