/** YAML 1.2 (core schema) as far as JSON can say it. */

import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Document, Node, Pair, YAMLMap } from 'yaml';
import { AioError } from '../errors.ts';
import { measureJsonBytes } from '../json/size.ts';
import { MAX_DEFINITION_BYTES, MAX_DEFINITION_DEPTH, MAX_YAML_ALIASES } from './limits.ts';

type Fail = (message: string, hint: string, offset?: number) => never;

/**
 * Parses one YAML document. Refuses what JSON has no word for (tags, NaN, keys that are not
 * strings), keys that are there twice or could reach a prototype, deep nesting, and aliases that
 * unfold beyond bounds.
 *
 * @throws AioError `bad_yaml`; details: hint, and line and column where they are known
 */
export function parseYaml(source: string): unknown {
  const lines = new LineCounter();
  const fail: Fail = (message, hint, offset) => {
    const position = offset === undefined ? null : lines.linePos(offset);
    const place = position ? { line: position.line, column: position.col } : {};
    const where = position ? ` (line ${position.line}, column ${position.col})` : '';
    throw new AioError('bad_yaml', message + where, { details: { ...place, hint } });
  };

  const document = parseBounded(source, lines, fail);
  const [problem] = [...document.errors, ...document.warnings];
  if (problem) fail(firstLine(problem.message), hintFor(problem.code), problem.pos[0]);
  checkNodes(document.contents, fail);
  const value = toValue(document, fail);
  if (measureJsonBytes(value, MAX_DEFINITION_BYTES) === Infinity) {
    fail('the aliases unfold to more than a definition may have', 'repeat less');
  }
  return value;
}

function parseBounded(source: string, lineCounter: LineCounter, fail: Fail): Document.Parsed {
  try {
    return parseDocument(source, {
      version: '1.2',
      schema: 'core',
      lineCounter,
      prettyErrors: false,
      uniqueKeys: false, // it compares each with each; checkNodes does it in linear time
      logLevel: 'silent',
    });
  } catch (error) {
    if (error instanceof RangeError) return fail(...TOO_DEEP);
    throw error;
  }
}

const TOO_DEEP = [`nested more than ${MAX_DEFINITION_DEPTH} deep`, 'flatten it'] as const;

function checkNodes(root: Node | null, fail: Fail): void {
  const rest: { node: Node; depth: number }[] = root ? [{ node: root, depth: 0 }] : [];
  for (let next = rest.pop(); next; next = rest.pop()) {
    const { node, depth } = next;
    if (depth > MAX_DEFINITION_DEPTH) fail(...TOO_DEEP, node.range?.[0]);
    if (isScalar(node)) {
      const isJson = typeof node.value !== 'number' || Number.isFinite(node.value);
      if (!isJson) fail(`${node.source} is not a JSON value`, 'write a number', node.range?.[0]);
    } else if (isSeq(node)) {
      for (const item of node.items) {
        if (isNode(item)) rest.push({ node: item, depth: depth + 1 });
      }
    } else if (isMap(node)) {
      checkKeys(node, fail);
      for (const { value } of node.items) {
        if (isNode(value)) rest.push({ node: value, depth: depth + 1 });
      }
    }
  }
}

function checkKeys(map: YAMLMap, fail: Fail): void {
  const keys = new Set<string>();
  for (const { key } of map.items as Pair[]) {
    const offset = isNode(key) ? key.range?.[0] : undefined;
    if (isAlias(key) || !isScalar(key)) {
      return fail('a key must be a string', 'write it in quotes', offset);
    }
    const name = String(key.value ?? '');
    if (name === '__proto__')
      fail('a key is __proto__', 'such keys are refused: rename it', offset);
    if (keys.has(name)) {
      fail(
        `the key ${JSON.stringify(name.slice(0, 100))} is there twice`,
        'keep one of them',
        offset,
      );
    }
    keys.add(name);
  }
  if (!keys.has('constructor')) return;
  const value = map.get('constructor', true) as unknown;
  if (isMap(value) && value.has('prototype')) {
    fail('a key is constructor.prototype', 'such keys are refused: rename it', value.range?.[0]);
  }
}

function toValue(document: Document.Parsed, fail: Fail): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_YAML_ALIASES });
  } catch (error) {
    if (error instanceof RangeError) return fail(...TOO_DEEP);
    if (!(error instanceof ReferenceError)) throw error;
    return fail(firstLine(error.message), `use at most ${MAX_YAML_ALIASES} aliases, unnested`);
  }
}

function hintFor(code: string): string {
  switch (code) {
    case 'TAG_RESOLVE_FAILED':
      return 'leave the tag out; only plain YAML is read';
    case 'MULTIPLE_DOCS':
      return 'post one definition at a time';
    case 'TAB_AS_INDENT':
      return 'indent with spaces';
    default:
      return 'check the indentation and the quotes';
  }
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0]!;
}
