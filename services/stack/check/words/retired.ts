/** A word that makes sentences hard to read. */
export interface RetiredWord {
  /** A phrase, if the word alone has good uses. A space matches any white space. */
  pattern: RegExp;
  instead: string;
}

/** Words that documents, UI texts, the catalogue and the API's descriptions must not use. */
export const RETIRED: readonly RetiredWord[] = [
  { pattern: /\banew\b/, instead: 'again' },
  { pattern: /\bthrice\b/, instead: 'three times' },
  { pattern: /\bbeside\b/, instead: 'next to, with, while' },
  { pattern: /\b(tells?|telling) of\b/, instead: 'reports, says, names' },
  { pattern: /\b(hears?|heard|hearing) of\b/, instead: 'receives, learns of, knows' },
  { pattern: /\btold\b/, instead: 'reported, sent, said, asked' },
  {
    pattern:
      /\bof (its|their|his|our|your|my) own(?=[^\w\s]|\s*$|\s*\||\s(and|at|by|for|from|in|is|on|or|that|to|when|where|which|with)\b)/,
    instead: 'its own …, a separate …',
  },
  { pattern: /\bnone of these\b/, instead: 'no …' },
  { pattern: /\b(and|or) the like\b/, instead: 'such as …' },
  { pattern: /\bas of (?!\d)/, instead: 'from … on, in' },
  { pattern: /\bwhoever\b/, instead: 'people who, the client that' },
  { pattern: /\bguests?\b/, instead: "a step of another worker's run" },
  {
    pattern: /\bhosts? of (a|an|the|its|each|this) (steps?|attempts?|runs?)\b/,
    instead: 'executor',
  },
  { pattern: /\bbells?\b/, instead: 'notification' },
  {
    pattern: /\b(a|an|the|each|every|no|its|one) rings?\b(?! (buffer|of))/,
    instead: 'notification',
  },
  { pattern: /\brings? (for|the bell|a worker|workers|at)\b/, instead: 'notifies' },
  { pattern: /\btellers?\b/, instead: 'publisher, notifier' },
  { pattern: /\b(an|the|each|every|no|its|this|one|these) offers?\b/, instead: 'available work' },
  { pattern: /\brecall(s|ed|ing)?\b/, instead: 'cancellation, abort' },
  { pattern: /\bhanded\b/, instead: 'passed, given, sent' },
  { pattern: /\bhand-?overs?\b/, instead: 'release, transfer' },
  { pattern: /\bfresh runs?\b/, instead: 'a new run' },
  {
    pattern: /\bdrafts? (of|for) (a|an|the|its|each|this) commits?\b/,
    instead: 'the pending commit',
  },
  { pattern: /\bcommits?'?s? drafts?\b/, instead: 'the pending commit' },
  {
    pattern: /\bunits? of (work|a (step|run|lane|map)|the (step|run|lane|map))\b/,
    instead: 'step',
  },
  { pattern: /\bintakes?\b/, instead: 'claiming, accepting' },
];
