/** Prints the progress of each part, one line at a time. */
export interface Progress {
  starting(part: string, note?: string): void;
  /** A note about progress, with the seconds since `starting`. */
  going(part: string, note: string): void;
  /** Prints the seconds since `starting`. */
  ready(part: string, note: string): void;
  /** A stand-in replaces the part. */
  standIn(part: string, why: string): void;
  /** The environment names an existing server. */
  given(part: string, note: string): void;
  leftOut(part: string, why: string): void;
  lost(part: string, what: string, lastLines: readonly string[]): void;
  /** The part ended and starts again after the pause. `ready` then prints the seconds since this. */
  restarts(part: string, what: string, pauseMs: number): void;
  stopped(part: string): void;
  /** Any other line. */
  say(line: string): void;
}

export function createProgress(write: (line: string) => void, now = Date.now): Progress {
  const startedAt = new Map<string, number>();
  const line = (part: string, state: string, note = '', took = '') => {
    write(`  ${part.padEnd(12)} ${state.padEnd(9)} ${took.padStart(7)}  ${note}`.trimEnd());
  };
  const since = (part: string) => {
    const started = startedAt.get(part);
    return started === undefined ? '' : `${((now() - started) / 1000).toFixed(1)} s`;
  };
  return {
    starting(part, note) {
      startedAt.set(part, now());
      line(part, 'starting', note);
    },
    going: (part, note) => line(part, '', note, since(part)),
    ready: (part, note) => line(part, 'ready', note, since(part)),
    standIn: (part, why) => line(part, 'stand-in', why),
    given: (part, note) => line(part, 'given', note),
    leftOut: (part, why) => line(part, 'left out', why),
    lost(part, what, lastLines) {
      line(part, 'lost', what);
      for (const text of lastLines) write(`    | ${text}`);
    },
    restarts(part, what, pauseMs) {
      startedAt.set(part, now());
      line(part, 'lost', `${what}; starts again in ${pauseMs / 1000} s`);
    },
    stopped: (part) => line(part, 'stopped'),
    say: write,
  };
}

/** Aligns pairs of name and value in two columns. */
export function formatTable(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`);
}
