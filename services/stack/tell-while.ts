/** Reports the progress of work that takes minutes. */
export interface Telling {
  /** Called repeatedly during the work, e.g. with `412 modules downloaded`. */
  onProgress: (note: string) => void;
  /** Interval between two notes; default 15,000 ms. */
  tellEveryMs?: number;
}

/** @param describe returns the current note */
export async function tellWhile(
  { onProgress, tellEveryMs = 15_000 }: Telling,
  describe: () => string,
  work: () => Promise<void>,
): Promise<void> {
  const timer = setInterval(() => onProgress(describe()), tellEveryMs);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
}
