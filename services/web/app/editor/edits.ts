import { isMap, isSeq, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import {
  type DefinitionText,
  keyOf,
  pairSpan,
  rangeOf,
  readDefinitionText,
  stepPair,
  stepsMap,
} from './definition-text.ts';

/** A replacement of part of the text. Edits touch only what changes, so comments and layout stay. */
export interface Edit {
  from: number;
  to: number;
  insert: string;
}

/** Applies edits, which must not overlap. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  return edits
    .toSorted((a, b) => b.from - a.from)
    .reduce((all, { from, to, insert }) => all.slice(0, from) + insert + all.slice(to), text);
}

/**
 * Makes a step need another one.
 * @returns no edits if it already does; null if the text has a form that this cannot edit
 */
export function connect(definition: DefinitionText, id: string, need: string): Edit[] | null {
  const step = stepPair(definition.document, id)?.value;
  if (!isMap(step)) return null;
  const needs = step.get('needs', true) as unknown;
  if (needs === undefined) return insertNeeds(definition.text, step, need);
  if (!isSeq(needs)) return null;
  if (needs.items.some((item) => keyOf(item) === need)) return [];
  return appendItem(definition.text, needs, need);
}

function insertNeeds(text: string, step: YAMLMap, need: string): Edit[] | null {
  const first = step.items.find(({ key }) => keyOf(key) === 'type') ?? step.items[0];
  const start = first && rangeOf(first.key)?.[0];
  if (!first || start === undefined) return null;
  const { to } = pairSpan(first, text);
  if (step.flow) return [{ from: to, to, insert: `, ${needsText(text, need)}` }];
  const end = lineEnd(text, to);
  return [{ from: end, to: end, insert: `\n${indentAt(text, start)}${needsText(text, need)}` }];
}

function appendItem(text: string, needs: YAMLSeq, need: string): Edit[] | null {
  const range = rangeOf(needs);
  const last = rangeOf(needs.items.at(-1));
  if (!range) return null;
  if (needs.flow) {
    if (!last) {
      const [from] = range;
      return [{ from, to: text.indexOf(']', from) + 1, insert: `[${quoted(text, need)}]` }];
    }
    return [{ from: last[1], to: last[1], insert: `, ${quoted(text, need)}` }];
  }
  const dash = text.lastIndexOf('-', last?.[0] ?? 0);
  const end = lineEnd(text, last?.[1] ?? 0);
  return last && [{ from: end, to: end, insert: `\n${indentAt(text, dash)}- ${need}` }];
}

/** Removes `need` from a step's needs. @returns no edits if it is not among them */
export function disconnect(definition: DefinitionText, id: string, need: string): Edit[] {
  const { document, text } = definition;
  const step = stepPair(document, id)?.value;
  if (!isMap(step)) return [];
  const pair = step.items.find(({ key }) => keyOf(key) === 'needs');
  const needs = pair?.value;
  if (!pair || !isSeq(needs)) return [];
  const index = needs.items.findIndex((item) => keyOf(item) === need);
  const range = rangeOf(needs.items[index]);
  if (!range) return [];
  if (needs.items.length === 1) return [removePair(text, step, pair)];
  if (!needs.flow) return [wholeLines(text, range[0], range[1])];
  const [next] = rangeOf(needs.items[index + 1]) ?? [];
  if (next !== undefined) return [{ from: range[0], to: next, insert: '' }];
  const previous = rangeOf(needs.items[index - 1])!;
  return [{ from: previous[1], to: range[1], insert: '' }];
}

/**
 * Makes a step need exactly these steps.
 * @returns null if the text has a form that this cannot edit
 */
export function setNeeds(
  definition: DefinitionText,
  id: string,
  needs: readonly string[],
): Edit[] | null {
  const before = definition.steps.find((step) => step.id === id)?.needs ?? [];
  const changes = [
    ...needs.filter((need) => !before.includes(need)).map((need) => ({ edit: connect, need })),
    ...before.filter((need) => !needs.includes(need)).map((need) => ({ edit: disconnect, need })),
  ];
  let now = definition;
  for (const { edit, need } of changes) {
    const edits = edit(now, id, need);
    if (edits === null || edits.length === 0) return null;
    now = readDefinitionText(applyEdits(now.text, edits));
  }
  return changedPart(definition.text, now.text);
}

/** One edit that turns the first text into the second. It leaves out their common beginning and end. */
function changedPart(before: string, after: string): Edit[] {
  if (before === after) return [];
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  let end = 0;
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  const insert = after.slice(start, after.length - end);
  return [{ from: start, to: before.length - end, insert }];
}

/** Deletes a step, also from the needs of others, but not from expressions. @returns null if the step is missing */
export function deleteStep(definition: DefinitionText, id: string): Edit[] | null {
  const { document, text, steps } = definition;
  const map = stepsMap(document);
  const pair = stepPair(document, id);
  if (!map || !pair) return null;
  const others = steps
    .filter((step) => step.id !== id)
    .flatMap((step) => disconnect(definition, step.id, id));
  return [removePair(text, map, pair), ...others];
}

function removePair(text: string, map: YAMLMap, pair: Pair): Edit {
  const { from, to } = pairSpan(pair, text);
  if (!map.flow) {
    if (map.items.length > 1) return wholeLines(text, from, to);
    return { from, to, insert: '{}' }; // an empty block means null
  }
  const index = map.items.indexOf(pair);
  const next = map.items[index + 1];
  if (next) return { from, to: rangeOf(next.key)![0], insert: '' };
  const previous = map.items[index - 1];
  return { from: previous ? pairSpan(previous, text).to : from, to, insert: '' };
}

/** Removes whole lines, with the blank lines before them. */
function wholeLines(text: string, from: number, to: number): Edit {
  const start = text.lastIndexOf('\n', from) + 1;
  const before = text.slice(0, start);
  const kept = /\n\s*\n$/.test(before) ? before.trimEnd().length + 1 : start;
  const end = lineEnd(text, to);
  // The last line may have no line break.
  if (end === text.length) return { from: Math.max(0, kept - 1), to: end, insert: '' };
  return { from: kept, to: end + 1, insert: '' };
}

/** Quotes a word if the text is JSON. */
export function quoted(text: string, word: string): string {
  return isJson(text) ? JSON.stringify(word) : word;
}

function needsText(text: string, need: string): string {
  return isJson(text) ? `"needs": ["${need}"]` : `needs: [${need}]`;
}

export function isJson(text: string): boolean {
  return text.trimStart().startsWith('{');
}

export function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end === -1 ? text.length : end;
}

/** Spaces up to the column of an offset. */
export function indentAt(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  return ' '.repeat(offset - start);
}

/** Formats a definition and keeps comments. @returns null if the text is empty or has syntax errors */
export function formatDefinition(text: string): string | null {
  const { document, faults } = readDefinitionText(text);
  if (faults.length > 0 || document.contents === null) return null;
  if (isJson(text) && document.commentBefore === null && document.comment === null) {
    try {
      return `${JSON.stringify(JSON.parse(text), null, 2)}\n`;
    } catch {
      // Flow YAML that only looks like JSON.
    }
  }
  return document.toString({ lineWidth: 100, indentSeq: true });
}
