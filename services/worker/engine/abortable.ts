/** What ends an attempt early. */
export type Abortable = Pick<AbortController, 'abort' | 'signal'>;

/** An AbortController that is made when somebody asks for it: most of what begins at once ends at once. */
export function createAbortable(): Abortable {
  let controller: AbortController | null = null;
  const made = () => (controller ??= new AbortController());
  return {
    get signal() {
      return made().signal;
    },
    abort: (reason) => made().abort(reason),
  };
}
