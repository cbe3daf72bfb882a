const CLEAR_LINE = '\r\u001b[K';
const EVERY_MS = 1000;

/**
 * Prints lines and, on a terminal, a last line with the current phase of each drill. Without a terminal, it prints each
 * phase on its own line, so that a log shows the progress.
 */
export function showProgress(output: {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}) {
  const current = new Map<string, { what: string; since: number }>();
  const live = output.isTTY === true;
  const timer = live ? setInterval(paint, EVERY_MS) : null;
  timer?.unref();

  function paint(): void {
    const parts = [...current].map(([name, { what, since }]) => {
      return `${name}: ${what} (${Math.round((performance.now() - since) / 1000)} s)`;
    });
    output.write(`${CLEAR_LINE}${parts.join('; ').slice(0, (output.columns ?? 80) - 1)}`);
  }

  return {
    say(line: string): void {
      output.write(live ? `${CLEAR_LINE}${line}\n` : `${line}\n`);
      if (live) paint();
    },
    /** @param name of the running drill */
    show(name: string, what: string): void {
      const since = current.get(name)?.since ?? performance.now();
      current.set(name, { what, since });
      if (live) paint();
      else output.write(`  … ${name}: ${what}\n`);
    },
    end(name: string): void {
      current.delete(name);
      if (live) paint();
    },
  };
}
