/** Results of a check of names. */
export interface Findings {
  /** One line per fault. */
  faults: readonly string[];
  /** One line per entry of the catalogue that was not seen, with the test that covers it. */
  excused: readonly string[];
}

/** Reasons why the load does not cause something, by its name. */
export type Excuses = Readonly<Record<string, string>>;

/** Excuses everything that was not seen. */
export const ALL_UNSEEN: Excuses = new Proxy({}, { get: () => 'not asked for' });

/** Splits unseen entries into faults and excused ones. */
export function sortUnseen(unseen: readonly string[], excuses: Excuses): Findings {
  const isExcused = (what: string) => excuses[what] !== undefined;
  return {
    faults: unseen.filter((what) => !isExcused(what)),
    excused: unseen.filter(isExcused).map((what) => `${what} (${excuses[what]})`),
  };
}

export function mergeFindings(...all: readonly Findings[]): Findings {
  return {
    faults: all.flatMap(({ faults }) => faults),
    excused: all.flatMap(({ excused }) => excused),
  };
}
