/** YAML 1.2 (core schema) as far as JSON can say it. */

import {
  Composer,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  Parser,
} from 'yaml';
import type { CST, Document, Node, Pair, YAMLMap } from 'yaml';
import { AioError } from '../errors.ts';
import { measureJsonBytes } from '../json/size.ts';
import {
  MAX_DEFINITION_BYTES,
  MAX_DEFINITION_DEPTH,
  MAX_YAML_ALIASES,
  MAX_YAML_LEXEMES,
} from './limits.ts';

type Fail = (message: string, hint: string, offset?: number, code?: string) => never;

/**
 * Parses one YAML document. Refuses what JSON has no word for (tags, NaN, keys that are not
 * strings), keys that are there twice or could reach a prototype, deep nesting, and aliases that
 * unfold beyond bounds.
 *
 * @throws AioError `bad_yaml`, `too_deep`; details: hint, and line and column where they are known
 */
export function parseYaml(source: string): unknown {
  const lines = new LineCounter();
  const fail: Fail = (message, hint, offset, code = 'bad_yaml') => {
    const position = offset === undefined ? null : lines.linePos(offset);
    const place = position ? { line: position.line, column: position.col } : {};
    const where = position ? ` (line ${position.line}, column ${position.col})` : '';
    throw new AioError(code, message + where, { details: { ...place, hint } });
  };

  const document = compose(source, lines, fail);
  const [problem] = [...document.errors, ...document.warnings];
  if (problem) fail(firstLine(problem.message), hintFor(problem.code), problem.pos[0]);
  checkNodes(document.contents, fail);
  const value = toValue(document, fail);
  if (measureJsonBytes(value, MAX_DEFINITION_BYTES) === Infinity) {
    fail('the aliases unfold to more than a definition may have', 'repeat less');
  }
  return value;
}

function compose(source: string, lines: LineCounter, fail: Fail): Document.Parsed {
  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    resolveKnownTags: false,
    uniqueKeys: false, // it compares each with each; checkKeys does it in linear time
  });
  const tokens = parseTokens(source, lines, fail);
  const [document, second] = composer.compose(tokens, true, source.length);
  if (second) fail('there is more than one document', 'post one at a time', second.range[0]);
  return document as Document.Parsed;
}

/**
 * The tokens of a source. Stops at the first error and at nesting beyond bounds, on which the
 * library would go on: 2 MB of "[" or "}" take it 10 s.
 */
function* parseTokens(source: string, lines: LineCounter, fail: Fail): Generator<CST.Token> {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  let lexemes = 0;
  for (const lexeme of new Lexer().lex(source)) {
    if (++lexemes > MAX_YAML_LEXEMES) {
      fail(
        `more than ${MAX_YAML_LEXEMES} keys, values and signs`,
        'post it as JSON',
        parser.offset,
      );
    }
    for (const token of parser.next(lexeme)) {
      if (token.type === 'error') fail(firstLine(token.message), hintFor(''), token.offset);
      yield token;
    }
    if (parser.stack.length > MAX_STACK) fail(...TOO_DEEP, parser.offset, 'too_deep');
  }
  yield* parser.end();
}

/** The parser's stack holds the document and a scalar beside the open collections. */
const MAX_STACK = MAX_DEFINITION_DEPTH + 4;
const TOO_DEEP = [`nested more than ${MAX_DEFINITION_DEPTH} deep`, 'flatten it'] as const;

function checkNodes(root: Node | null, fail: Fail): void {
  const rest: { node: Node; depth: number }[] = root ? [{ node: root, depth: 0 }] : [];
  for (let next = rest.pop(); next; next = rest.pop()) {
    const { node, depth } = next;
    if (depth > MAX_DEFINITION_DEPTH) fail(...TOO_DEEP, node.range?.[0], 'too_deep');
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
    case 'TAB_AS_INDENT':
      return 'indent with spaces';
    default:
      return 'check the indentation and the quotes';
  }
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0]!;
}
