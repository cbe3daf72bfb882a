/** Bounds the memory of long values: each holder has one of so many places, in order of asking. */
export class Places {
  readonly #count: number;
  readonly #holders = new Set<object>();
  readonly #waiting = new Map<object, () => void>();

  constructor(count: number) {
    this.#count = count;
  }

  /**
   * Resolves when the holder has a place, which it keeps until `leave`.
   * @throws the signal's reason, if it aborts before
   */
  async take(holder: object, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#holders.has(holder)) return;
    await new Promise<void>((resolve, reject) => {
      const giveUp = () => {
        this.#waiting.delete(holder);
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', giveUp, { once: true });
      this.#waiting.set(holder, () => {
        signal.removeEventListener('abort', giveUp);
        resolve();
      });
      this.#admit();
    });
  }

  /** Gives the place back, if the holder has one. */
  leave(holder: object): void {
    if (this.#holders.delete(holder)) this.#admit();
  }

  #admit(): void {
    for (const [holder, enter] of this.#waiting) {
      if (this.#holders.size >= this.#count) return;
      this.#waiting.delete(holder);
      this.#holders.add(holder);
      enter();
    }
  }
}
