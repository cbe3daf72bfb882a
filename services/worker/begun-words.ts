/** Longer than a short run takes, so that it does not share the machine with this; the API waits for 10 ms. */
const AFTER_MS = 3;

/** Tells of runs that were begun, those of a few milliseconds in one word. */
export function createBegunWords(publish: (runIds: readonly string[]) => void) {
  let untold: string[] = [];

  function tell(): void {
    const runIds = untold;
    untold = [];
    publish(runIds);
  }

  return (runId: string): void => {
    if (untold.push(runId) === 1) setTimeout(tell, AFTER_MS);
  };
}
