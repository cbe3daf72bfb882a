/** One line with the error's causes: `fetch` gives its reason only there. */
export function describeError({ message, cause }: Error): string {
  return cause instanceof Error ? `${message}: ${describeError(cause)}` : message;
}
