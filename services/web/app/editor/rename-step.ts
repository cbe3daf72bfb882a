import { isMap, isScalar, isSeq, visit } from 'yaml';
import { type DefinitionText, keyOf, rangeOf, stepPair, stepsMap } from './definition-text.ts';
import type { Edit } from './edits.ts';

/** The form of a step's id. */
export const STEP_ID = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

/** Renames a step, also in needs and expressions. @returns null if the step is missing */
export function renameStep(definition: DefinitionText, id: string, name: string): Edit[] | null {
  const { document, text } = definition;
  const pair = stepPair(document, id);
  const key = pair && rangeOf(pair.key);
  if (!key) return null;
  return [replace(text, key, name), ...inNeeds(definition, id, name), ...inExpressions()];

  function inExpressions(): Edit[] {
    const edits: Edit[] = [];
    visit(document, {
      Scalar(position, node, path) {
        const range = rangeOf(node);
        if (!range || position === 'key' || typeof node.value !== 'string') return;
        const source = text.slice(range[0], range[1]);
        const parent = path.at(-1);
        const isCondition = !!parent && 'key' in parent && keyOf(parent.key) === 'if';
        for (const [from, to] of expressionsIn(source, isCondition))
          for (const at of mentionsIn(source.slice(from, to), id)) {
            const start = range[0] + from + at;
            edits.push({ from: start, to: start + id.length, insert: name });
          }
      },
    });
    return edits;
  }
}

function inNeeds({ document, text }: DefinitionText, id: string, name: string): Edit[] {
  return (stepsMap(document)?.items ?? []).flatMap(({ value: step }) => {
    const needs = isMap(step) ? (step.get('needs', true) as unknown) : null;
    if (!isSeq(needs)) return [];
    return needs.items.flatMap((item) => {
      const range = isScalar(item) && item.value === id ? rangeOf(item) : null;
      return range ? [replace(text, range, name)] : [];
    });
  });
}

/** Keeps the quotes around a word. */
function replace(text: string, [from, to]: readonly number[], name: string): Edit {
  const quote = /^["']/.exec(text.slice(from!, to))?.[0] ?? '';
  return { from: from!, to: to!, insert: quote + name + quote };
}

/** Start and end of each expression within a string. */
function expressionsIn(source: string, isCondition: boolean): [number, number][] {
  if (isCondition && !source.includes('${{')) return [[0, source.length]];
  return [...source.matchAll(/(?<!\$)\$\{\{([\s\S]*?)\}\}(?!\})/g)].map((match) => {
    const from = match.index + 3;
    return [from, from + match[1]!.length];
  });
}

/** Offsets at which an expression names the step: `steps.id`, `steps["id"]`, but not in string literals. */
function mentionsIn(expression: string, id: string): number[] {
  const found: number[] = [];
  const token =
    /(?<![\w.])steps\s*(?:\.\s*|\[\s*\\?["'])([A-Za-z_]\w*)|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/g;
  for (const match of expression.matchAll(token))
    if (match[1] === id) found.push(match.index + match[0].length - id.length);
  return found;
}
