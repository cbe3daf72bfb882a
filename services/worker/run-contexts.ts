import { contextFromTraceparent } from '@aio/runtime/trace-context';
import type { Context } from '@opentelemetry/api';
import type { TracedRun } from './observer.ts';

/** Returns the context of a run's span, which is the parent of its steps' spans. */
export function createRunContexts(): (run: TracedRun) => Context {
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
