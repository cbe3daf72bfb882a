/** How somebody hears of work that takes minutes. */
export interface Telling {
  /** Told now and then, for as long as it takes, e.g. `412 modules downloaded`. */
  onProgress: (note: string) => void;
  /** Time between two notes; default 15,000 ms. */
  tellEveryMs?: number;
}

/** @param describe what the work is at */
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
