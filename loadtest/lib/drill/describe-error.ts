/** One line with the error's cause: `fetch` gives its reason only there. */
export function describeError(error: Error): string {
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
