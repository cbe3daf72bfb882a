import { type Context, ROOT_CONTEXT, trace, type Tracer } from '@opentelemetry/api';
import { ATTRIBUTES } from './attributes.ts';

/** As the catalogue has their spans: `click {page}`, `navigate {page}`. */
type ActionKind = 'click' | 'navigate';

/** What somebody did, from their click on until all that came of it is there. */
export interface Action {
  /** Of its span. */
  readonly context: Context;
  /** Keeps it open until what is returned is called. @param isCall whether the API is called, without which there is nothing to tell */
  join(isCall: boolean): () => void;
}

export interface Actions {
  begin(kind: ActionKind, page: string, widget?: string): Action;
  /** The one whose consequences are still coming; null = none. */
  current(): Action | null;
}

/** Whatever begins this long after the last thing has ended comes of something else. */
const QUIET_MS = 300;
/** A page that never rests belongs to no click. */
const LONGEST_MS = 10_000;

/**
 * One action at a time, as far as new calls are concerned. There is no context that follows promises in a browser, so
 * what begins while an action is open counts as its consequence. One that asks the API for nothing leaves no span.
 */
export function createActions(tracer: Tracer): Actions {
  let latest: { action: Action; startedAt: number } | null = null;

  function begin(kind: ActionKind, page: string, widget = ''): Action {
    const attributes = {
      [ATTRIBUTES.webRoute]: page,
      ...(widget !== '' && { [ATTRIBUTES.appWidgetName]: widget }),
    };
    const span = tracer.startSpan(`${kind} ${page}`, { attributes }, ROOT_CONTEXT);
    let open = 0;
    let hasCalls = false;
    let lastEnd = performance.now();
    let timer: ReturnType<typeof setTimeout> | undefined;

    const action: Action = {
      context: trace.setSpan(ROOT_CONTEXT, span),
      join(isCall) {
        open += 1;
        hasCalls ||= isCall;
        clearTimeout(timer);
        return () => {
          open -= 1;
          lastEnd = performance.now();
          endSoon();
        };
      },
    };

    function endSoon(): void {
      clearTimeout(timer);
      if (open === 0) timer = setTimeout(end, QUIET_MS);
    }

    function end(): void {
      if (latest?.action === action) latest = null;
      if (hasCalls) span.end(lastEnd);
    }

    latest = { action, startedAt: lastEnd };
    endSoon();
    return action;
  }

  return {
    begin,
    current() {
      if (latest === null || performance.now() - latest.startedAt > LONGEST_MS) return null;
      return latest.action;
    },
  };
}
