import { isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Document, Pair, YAMLMap } from 'yaml';

/** Offsets into the text; `to` is exclusive. */
export interface Span {
  from: number;
  to: number;
}

export interface TextFault extends Span {
  message: string;
}

export interface TextStep {
  id: string;
  kind: string;
  /** Only existing steps, each once. */
  needs: string[];
  /** From its id to the end of its definition. */
  span: Span;
  idSpan: Span;
}

/** A definition in the editor; it may be incomplete or broken. */
export interface DefinitionText {
  text: string;
  document: Document.Parsed;
  steps: TextStep[];
  /** YAML syntax errors. */
  faults: TextFault[];
}

/** Parses YAML or JSON as far as possible. Never throws. */
export function readDefinitionText(text: string): DefinitionText {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    prettyErrors: false,
    lineCounter: lines,
  });
  const faults = document.errors.map(({ message, pos: [from, to] }) => ({
    from: Math.min(from, text.length),
    to: Math.min(Math.max(to, from + 1), text.length),
    message: message.split('\n', 1)[0]!,
  }));
  return { text, document, steps: stepsOf(document, text), faults };
}

export function keyOf(key: unknown): string {
  return isScalar(key) ? String(key.value ?? '') : '';
}

/** The span of a pair, without trailing white space and comments. */
function pairSpan(pair: Pair, text: string): Span {
  const [from = 0, keyEnd = 0] = rangeOf(pair.key) ?? [];
  const end = rangeOf(pair.value)?.[1] ?? keyEnd;
  return { from, to: from + text.slice(from, Math.max(end, keyEnd)).trimEnd().length };
}

/** [start, end of the value, end of the node with white space and comments] */
export function rangeOf(node: unknown): [number, number, number] | null {
  return (node as { range?: [number, number, number] | null } | null)?.range ?? null;
}

function stepsOf(document: Document.Parsed, text: string): TextStep[] {
  const map = isMap(document.contents) ? (document.get('steps', true) as unknown) : null;
  const items = isMap(map) ? map.items : [];
  const ids = new Set(items.map(({ key }) => keyOf(key)));
  return items
    .filter(({ key }) => keyOf(key) !== '')
    .map((pair) => {
      const id = keyOf(pair.key);
      const [from = 0, to = 0] = rangeOf(pair.key) ?? [];
      const step = isMap(pair.value) ? pair.value : null;
      const kind = step?.get('type');
      const needs = new Set(needsOf(step).filter((need) => ids.has(need) && need !== id));
      return {
        id,
        kind: typeof kind === 'string' ? kind : '',
        needs: [...needs],
        span: pairSpan(pair, text),
        idSpan: { from, to },
      };
    });
}

function needsOf(step: YAMLMap | null): string[] {
  const needs = step?.get('needs', true) as unknown;
  return isSeq(needs) ? needs.items.map(keyOf) : [];
}

/** The step at an offset; null = none. */
export function stepAt(steps: readonly TextStep[], offset: number): TextStep | null {
  return steps.find(({ span }) => span.from <= offset && offset <= span.to) ?? null;
}

/** All steps that a step needs, directly or through others. */
export function upstreamOf(
  steps: readonly Pick<TextStep, 'id' | 'needs'>[],
  id: string,
): Set<string> {
  const needs = new Map(steps.map((step) => [step.id, step.needs]));
  const found = new Set<string>();
  const rest = [...(needs.get(id) ?? [])];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    rest.push(...(needs.get(next) ?? []));
  }
  return found;
}

/** Formats a definition and keeps comments. @returns null if the text is empty or has syntax errors */
export function formatDefinition(text: string): string | null {
  const { document, faults } = readDefinitionText(text);
  if (faults.length > 0 || document.contents === null) return null;
  try {
    return `${JSON.stringify(JSON.parse(text), null, 2)}\n`;
  } catch {
    return document.toString({ lineWidth: 100, indentSeq: true });
  }
}
