/** What every request of the fuzzers carries, to get in; the one place where that is said. */
export function credentials(): Record<string, string> {
  return {};
}
