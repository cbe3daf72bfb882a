/** The part of YAML 1.2 (core schema) that JSON can express. */

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
 * Parses one YAML document. Refuses values that JSON cannot express (tags, NaN, keys that are not
 * strings), duplicate keys, keys that could reach a prototype, deep nesting, and aliases that expand
 * beyond the size limit.
 *
 * @throws AioError `bad_yaml`, `too_deep`; details: hint, and line and column if known
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
    fail('the definition is too large with its aliases expanded', 'use fewer aliases');
  }
  return value;
}

function compose(source: string, lines: LineCounter, fail: Fail): Document.Parsed {
  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    resolveKnownTags: false,
    uniqueKeys: false, // quadratic in yaml; checkKeys is linear
  });
  const tokens = parseTokens(source, lines, fail);
  const [document, second] = composer.compose(tokens, true, source.length);
  if (second) fail('the YAML has more than one document', 'send one document', second.range[0]);
  return document as Document.Parsed;
}

/**
 * The tokens of a source. Stops at the first error or at deep nesting, because the library would
 * continue: it takes 3 s for 512 kB of "[" or "}".
 */
function* parseTokens(source: string, lines: LineCounter, fail: Fail): Generator<CST.Token> {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  let lexemes = 0;
  for (const lexeme of new Lexer().lex(source)) {
    if (++lexemes > MAX_YAML_LEXEMES) {
      fail(`the YAML has more than ${MAX_YAML_LEXEMES} tokens`, 'send JSON', parser.offset);
    }
    for (const token of parser.next(lexeme)) {
      if (token.type === 'error') fail(firstLine(token.message), hintFor(''), token.offset);
      yield token;
    }
    if (parser.stack.length > MAX_STACK) fail(...TOO_DEEP, parser.offset, 'too_deep');
  }
  yield* parser.end();
}

/** The parser's stack also holds the document and a scalar. */
const MAX_STACK = MAX_DEFINITION_DEPTH + 4;
const TOO_DEEP = [`nested more than ${MAX_DEFINITION_DEPTH} levels deep`, 'flatten it'] as const;

function checkNodes(root: Node | null, fail: Fail): void {
  const rest: { node: Node; depth: number }[] = root ? [{ node: root, depth: 0 }] : [];
  for (let next = rest.pop(); next; next = rest.pop()) {
    const { node, depth } = next;
    if (depth > MAX_DEFINITION_DEPTH) fail(...TOO_DEEP, node.range?.[0], 'too_deep');
    if (isScalar(node)) {
      const isJson = typeof node.value !== 'number' || Number.isFinite(node.value);
      if (!isJson)
        fail(`${node.source} is not a JSON value`, 'write a finite number', node.range?.[0]);
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
      return fail('a key must be a string', 'put it in quotes', offset);
    }
    const name = String(key.value ?? '');
    if (name === '__proto__') fail('the key __proto__ is not allowed', 'rename it', offset);
    if (keys.has(name)) {
      fail(`duplicate key ${JSON.stringify(name.slice(0, 100))}`, 'keep one of them', offset);
    }
    keys.add(name);
  }
  if (!keys.has('constructor')) return;
  const value = map.get('constructor', true) as unknown;
  if (isMap(value) && value.has('prototype')) {
    fail('the key constructor.prototype is not allowed', 'rename it', value.range?.[0]);
  }
}

function toValue(document: Document.Parsed, fail: Fail): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_YAML_ALIASES });
  } catch (error) {
    if (error instanceof RangeError) return fail(...TOO_DEEP);
    if (!(error instanceof ReferenceError)) throw error;
    return fail(
      firstLine(error.message),
      `use at most ${MAX_YAML_ALIASES} aliases, and do not nest them`,
    );
  }
}

function hintFor(code: string): string {
  switch (code) {
    case 'TAG_RESOLVE_FAILED':
      return 'remove the tag';
    case 'TAB_AS_INDENT':
      return 'indent with spaces';
    default:
      return 'check the indentation and the quotes';
  }
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0]!;
}
