/** What a check of names has found. */
export interface Findings {
  /** One line for each thing that is wrong. */
  faults: readonly string[];
  /** One line for each thing of the catalogue that was not seen, with what brings it about instead. */
  excused: readonly string[];
}

/** Reasons why the load does not bring something about, by what that is. */
export type Excuses = Readonly<Record<string, string>>;

/** Sorts what was not seen by whether there is a reason for it. */
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
