/** In one line, with the cause, in which fetch says why it failed. */
export function describeError(error: Error): string {
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
