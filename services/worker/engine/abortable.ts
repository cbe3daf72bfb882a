/** What ends an attempt early. */
export type Abortable = Pick<AbortController, 'abort' | 'signal'>;

/** An AbortController that is made when somebody asks for it: most of what begins at once ends at once. */
export class LazyAbort implements Abortable {
  #controller: AbortController | null = null;

  get signal(): AbortSignal {
    return this.#made().signal;
  }

  abort(reason?: unknown): void {
    this.#made().abort(reason);
  }

  #made(): AbortController {
    return (this.#controller ??= new AbortController());
  }
}
