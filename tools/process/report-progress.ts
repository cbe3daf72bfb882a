/** Reports the progress of work that takes minutes. */
export interface ProgressOptions {
  /** Called repeatedly during the work, e.g. with `412 modules downloaded`. */
  onProgress: (note: string) => void;
  /** Interval between two notes; default 15,000 ms. */
  everyMs?: number;
}

/** @param describe returns the current note */
export async function reportProgress(
  { onProgress, everyMs = 15_000 }: ProgressOptions,
  describe: () => string,
  work: () => Promise<void>,
): Promise<void> {
  const timer = setInterval(() => onProgress(describe()), everyMs);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
}
