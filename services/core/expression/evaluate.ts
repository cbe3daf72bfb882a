/**
 * Evaluates a parsed expression. The evaluator of cel-js does not limit its work, backtracks in
 * `matches`, and does not mix int and double (README.md has figures).
 */

import { ExpressionFailure } from './failure.ts';
import { FUNCTIONS, METHODS } from './functions.ts';
import { evaluateMacro, MACROS } from './macros.ts';
import type { Meter } from './meter.ts';
import { negate, operate } from './operators.ts';
import type { ASTNode } from './parse.ts';
import { isMap, member, setMember, typeOf, type Value, type ValueMap } from './value.ts';

/** A macro's variable, and those of the macros around it. */
interface Locals {
  readonly name: string;
  readonly value: Value;
  readonly outer: Locals | null;
}

type NodeOf<Op extends ASTNode['op']> = Extract<ASTNode, { op: Op }>;

/**
 * @param variables root variables: input, run, steps, …
 * @throws ExpressionFailure
 */
export function evaluateExpression(root: ASTNode, variables: ValueMap, meter: Meter): Value {
  return new Evaluation(variables, meter).evaluate(root, null);
}

class Evaluation {
  readonly #variables: ValueMap;
  readonly #meter: Meter;

  constructor(variables: ValueMap, meter: Meter) {
    this.#variables = variables;
    this.#meter = meter;
  }

  evaluate(node: ASTNode, locals: Locals | null): Value {
    this.#meter.spend(1);
    switch (node.op) {
      case 'value':
        return node.args as Value;
      case 'id':
        return this.#lookUp(node.args, locals);
      case '.':
        return select(this.evaluate(node.args[0], locals), node.args[1], node);
      case '[]': {
        const owner = this.evaluate(node.args[0], locals);
        return select(owner, this.evaluate(node.args[1], locals), node);
      }
      case 'list':
        return node.args.map((item) => this.evaluate(item, locals));
      case 'map':
        return this.#buildMap(node, locals);
      case '!_':
        return !expectBool('!', this.evaluate(node.args, locals));
      case '-_':
        return negate(this.evaluate(node.args, locals));
      case '&&':
        return this.#decide(node, false, locals);
      case '||':
        return this.#decide(node, true, locals);
      case '?:':
        return expectBool('?:', this.evaluate(node.args[0], locals))
          ? this.evaluate(node.args[1], locals)
          : this.evaluate(node.args[2], locals);
      case '==':
      case '!=':
      case 'in':
      case '<':
      case '<=':
      case '>':
      case '>=':
      case '+':
      case '-':
      case '*':
      case '/':
      case '%': {
        const left = this.evaluate(node.args[0], locals);
        return operate(node.op, left, this.evaluate(node.args[1], locals), this.#meter);
      }
      case 'call':
        return this.#call(node, locals);
      case 'rcall':
        return this.#callMethod(node, locals);
      default:
        throw new ExpressionFailure('expression_failed', `${node.op} is not supported`);
    }
  }

  #lookUp(name: string, locals: Locals | null): Value {
    for (let local = locals; local !== null; local = local.outer) {
      if (local.name === name) return local.value;
    }
    const value = member(this.#variables, name);
    if (value !== undefined) return value;
    throw new ExpressionFailure('expression_missing_key', `${name} is not available here`);
  }

  #buildMap(node: NodeOf<'map'>, locals: Locals | null): ValueMap {
    const map: ValueMap = {};
    for (const [keyNode, valueNode] of node.args) {
      const key = this.evaluate(keyNode, locals);
      if (typeof key !== 'string') {
        throw new ExpressionFailure(
          'expression_type',
          `a key must be a string, not ${typeOf(key)}`,
        );
      }
      setMember(map, key, this.evaluate(valueNode, locals));
    }
    return map;
  }

  /** In CEL, the right operand of `&&` and `||` can decide even if the left one fails. */
  #decide(node: NodeOf<'&&' | '||'>, decisive: boolean, locals: Locals | null): boolean {
    let failure: unknown;
    try {
      if (expectBool(node.op, this.evaluate(node.args[0], locals)) === decisive) return decisive;
    } catch (error) {
      this.#meter.absorb(error);
      failure = error;
    }
    if (expectBool(node.op, this.evaluate(node.args[1], locals)) === decisive) return decisive;
    if (failure !== undefined) throw failure;
    return !decisive;
  }

  #call(node: NodeOf<'call'>, locals: Locals | null): Value {
    const [name, args] = node.args;
    if (name === 'has') return this.#has(args[0]!, locals);
    const values = args.map((arg) => this.evaluate(arg, locals));
    return FUNCTIONS.get(name)!.call(values, this.#meter);
  }

  #callMethod(node: NodeOf<'rcall'>, locals: Locals | null): Value {
    const [name, receiver, args] = node.args;
    const target = this.evaluate(receiver, locals);
    if (MACROS.has(name)) {
      const [variable, ...bodies] = args as [NodeOf<'id'>, ...ASTNode[]];
      const evaluateItem = (body: ASTNode, item: Value) =>
        this.evaluate(body, { name: variable.args, value: item, outer: locals });
      return evaluateMacro(name, target, bodies, evaluateItem, this.#meter);
    }
    const values = args.map((arg) => this.evaluate(arg, locals));
    return METHODS.get(name)!.call([target, ...values], this.#meter);
  }

  #has(path: ASTNode, locals: Locals | null): boolean {
    const [owner, key] = (path as NodeOf<'.'>).args;
    const map = this.evaluate(owner, locals);
    return isMap(map) && member(map, key) !== undefined;
  }
}

function select(owner: Value, key: Value, node: NodeOf<'.' | '[]'>): Value {
  if (isMap(owner) && typeof key === 'string') {
    const value = member(owner, key);
    if (value !== undefined) return value;
    throw missing(key, node);
  }
  if (Array.isArray(owner) && (typeof key === 'bigint' || typeof key === 'number')) {
    const value = owner[Number(key)];
    if (value !== undefined) return value;
    throw missing(String(key), node);
  }
  const path = sourceOf(node.args[0]);
  throw new ExpressionFailure(
    owner === null ? 'expression_missing_key' : 'expression_type',
    `cannot read ${sourceOf(node).slice(path.length)}: ${path} is ${typeOf(owner)}${hintOf(owner, key, path)}`,
  );
}

function hintOf(owner: Value, key: Value, path: string): string {
  const isCounted = Array.isArray(owner) || typeof owner === 'string';
  return isCounted && key === 'length' ? `; use size(${path}) for its length` : '';
}

function missing(key: string, node: NodeOf<'.' | '[]'>): ExpressionFailure {
  const isComputed = node.op === '[]' && node.args[1].op !== 'value';
  const computed = isComputed ? ` (key ${JSON.stringify(key.slice(0, 100))})` : '';
  return new ExpressionFailure(
    'expression_missing_key',
    `${sourceOf(node)} does not exist${computed}`,
  );
}

function sourceOf(node: ASTNode): string {
  return node.input.slice(node.start, node.end);
}

function expectBool(operator: string, value: Value): boolean {
  if (typeof value === 'boolean') return value;
  throw new ExpressionFailure(
    'expression_type',
    `${operator} needs true or false, not ${typeOf(value)}`,
  );
}
