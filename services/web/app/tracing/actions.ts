import { type Context, ROOT_CONTEXT, trace, type Tracer } from '@opentelemetry/api';
import { ATTRIBUTES } from './names.ts';

/** The catalogue's span names: `click {page}`, `navigate {page}`. */
type ActionKind = 'click' | 'navigate';

/** A click or navigation, open until its last consequence has ended. */
export interface Action {
  /** The context of its span. */
  readonly context: Context;
  /** Keeps the action open until you call the returned function. @param isCall whether it calls the API */
  join(isCall: boolean): () => void;
}

export interface Actions {
  begin(kind: ActionKind, page: string, widget?: string): Action;
  /** The open action; null = none. */
  current(): Action | null;
}

/** An action ends this long after its last activity. */
const QUIET_MS = 300;
/** Later calls don't join the action, even if the page never rests. */
const LONGEST_MS = 10_000;

/**
 * One action at a time. Browsers have no context that follows promises, so what begins while an
 * action is open counts as its consequence. An action without API calls leaves no span.
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
