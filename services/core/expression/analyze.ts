/** Finds the names in an expression, and errors that need no evaluation. */

import { suggest } from '../text/suggest.ts';
import { ExpressionSyntaxError } from './failure.ts';
import { FUNCTIONS, METHODS } from './functions.ts';
import { MAX_EXPRESSION_DEPTH } from './limits.ts';
import { MACROS } from './macros.ts';
import { childrenOf, isTooDeep, type ASTNode } from './parse.ts';

/** A name and its position in the expression. */
export interface Mention {
  readonly name: string;
  readonly position: number;
}

export interface Names {
  /** Root variables, e.g. input, steps, item. */
  readonly variables: readonly Mention[];
  readonly steps: readonly Mention[];
  /** Steps whose output, or whose whole object, the expression reads. */
  readonly reads: readonly string[];
  readonly secrets: readonly Mention[];
  /** Literal regular expressions, unchecked. */
  readonly patterns: readonly Mention[];
}

export const ROOT_VARIABLES = ['input', 'run', 'steps', 'item', 'index', 'secrets'];
const STEP_FIELDS = ['output', 'status', 'error', 'attempts'];
const RUN_FIELDS = ['id'];

/**
 * Collects the names of a parsed expression. The caller decides which names are allowed.
 *
 * @param faults receives errors that make the expression impossible to evaluate
 */
export function analyzeExpression(root: ASTNode, faults: ExpressionSyntaxError[]): Names {
  return new Analysis(faults).analyze(root);
}

class Analysis {
  readonly #faults: ExpressionSyntaxError[];
  readonly #variables: Mention[] = [];
  readonly #steps: Mention[] = [];
  readonly #secrets: Mention[] = [];
  readonly #patterns: Mention[] = [];
  readonly #reads = new Set<string>();

  constructor(faults: ExpressionSyntaxError[]) {
    this.#faults = faults;
  }

  analyze(root: ASTNode): Names {
    if (isTooDeep(root)) {
      const message = `the expression is nested more than ${MAX_EXPRESSION_DEPTH} levels deep`;
      this.#fault('expression_depth', message, 'compute parts of it in transform steps', root);
    } else {
      this.#visit(root, []);
    }
    return {
      variables: this.#variables,
      steps: this.#steps,
      reads: [...this.#reads],
      secrets: this.#secrets,
      patterns: this.#patterns,
    };
  }

  #fault(rule: string, message: string, hint: string, node: ASTNode): void {
    this.#faults.push(new ExpressionSyntaxError(rule, message, hint, node.start));
  }

  #visit(node: ASTNode, locals: readonly string[]): void {
    switch (node.op) {
      case 'id':
        this.#visitVariable(node.args, node, locals);
        return;
      case '.':
      case '[]':
        if (this.#visitPath(node, locals)) return;
        break;
      case 'call':
        this.#visitCall(node.args[0], node.args[1], node);
        break;
      case 'rcall':
        if (MACROS.has(node.args[0])) {
          this.#visitMacro(node, locals);
          return;
        }
        this.#visitMethod(node.args[0], node.args[2], node);
        break;
      case 'value':
        if (typeof node.args === 'object' && node.args !== null) {
          this.#fault(
            'unsupported',
            'bytes and unsigned integers are not supported',
            'use strings and numbers',
            node,
          );
        }
        return;
      default:
    }
    for (const child of childrenOf(node)) this.#visit(child, locals);
  }

  #visitVariable(name: string, node: ASTNode, locals: readonly string[]): void {
    if (locals.includes(name)) return;
    this.#variables.push({ name, position: node.start });
    if (name === 'steps') {
      this.#fault('dynamic_step', 'each step must be named', 'write steps.<id>.output', node);
    }
    if (name === 'secrets') {
      this.#fault('dynamic_secret', 'each secret must be named', 'write secrets.<name>', node);
    }
  }

  /** Visits paths into `steps`, `run` and `secrets`; false = another path. */
  #visitPath(node: ASTNode, locals: readonly string[]): boolean {
    const path = toPath(node);
    if (path === null || locals.includes(path.root)) return false;
    const [first, second] = path.keys;
    if (first === null || first === undefined) return false;
    switch (path.root) {
      case 'steps':
        this.#variables.push({ name: 'steps', position: path.node.start });
        this.#steps.push({ name: first.key, position: first.position });
        if (second === undefined || second === null || second.key === 'output')
          this.#reads.add(first.key);
        else this.#checkField(second.key, STEP_FIELDS, 'a step', node);
        break;
      case 'run':
        this.#variables.push({ name: 'run', position: path.node.start });
        this.#checkField(first.key, RUN_FIELDS, 'run', node);
        break;
      case 'secrets':
        this.#variables.push({ name: 'secrets', position: path.node.start });
        this.#secrets.push({ name: first.key, position: first.position });
        break;
      default:
        return false;
    }
    for (const index of path.indexes) this.#visit(index, locals);
    return true;
  }

  #checkField(key: string, known: string[], owner: string, node: ASTNode): void {
    if (known.includes(key)) return;
    this.#fault(
      'unknown_field',
      `${owner} has no field ${key}`,
      suggest(key, known, `use one of: ${known.join(', ')}`),
      node,
    );
  }

  #visitCall(name: string, args: readonly ASTNode[], node: ASTNode): void {
    if (name === 'has') {
      const isPath = args.length === 1 && args[0]!.op === '.';
      if (!isPath) this.#fault('has_argument', 'has() needs a path', 'write has(input.x)', node);
      return;
    }
    this.#checkFunction(name, args.length, 0, FUNCTIONS, node);
  }

  #visitMethod(name: string, args: readonly ASTNode[], node: ASTNode): void {
    this.#checkFunction(name, args.length, 1, METHODS, node);
    const pattern = args[0];
    if (name !== 'matches' || pattern?.op !== 'value' || typeof pattern.args !== 'string') return;
    this.#patterns.push({ name: pattern.args, position: pattern.start });
  }

  #checkFunction(
    name: string,
    given: number,
    receivers: 0 | 1,
    known: typeof FUNCTIONS,
    node: ASTNode,
  ): void {
    const definition = known.get(name);
    if (!definition) {
      const names = [...known.keys(), ...(receivers === 1 ? MACROS.keys() : ['has'])];
      const hint = suggest(name, names, `use one of: ${names.join(', ')}`);
      this.#fault(
        'unknown_function',
        `unknown ${receivers ? 'method' : 'function'} ${name}`,
        hint,
        node,
      );
      return;
    }
    const [fewest, most] = definition.arity;
    const total = given + receivers;
    if (total >= fewest && total <= most) return;
    this.#fault(
      'argument_count',
      `wrong number of arguments for ${name}(): ${given}`,
      definition.signature,
      node,
    );
  }

  #visitMacro(node: Extract<ASTNode, { op: 'rcall' }>, locals: readonly string[]): void {
    const [name, receiver, args] = node.args;
    this.#visit(receiver, locals);
    const [fewest, most] = MACROS.get(name)!;
    const variable = args[0];
    if (args.length < fewest || args.length > most || variable?.op !== 'id') {
      this.#fault(
        'argument_count',
        `wrong arguments for ${name}()`,
        `write list.${name}(x, …)`,
        node,
      );
      return;
    }
    if (ROOT_VARIABLES.includes(variable.args)) {
      this.#fault(
        'shadowed_variable',
        `${variable.args} is a reserved name`,
        'use x instead',
        variable,
      );
    }
    for (const body of args.slice(1)) this.#visit(body, [...locals, variable.args]);
  }
}

interface Key {
  readonly key: string;
  readonly position: number;
}

/** Splits `a.b['c'][x]` into root `a` and keys `b`, `c`, null (unknown before evaluation). */
function toPath(node: ASTNode): {
  root: string;
  node: ASTNode;
  keys: (Key | null)[];
  indexes: ASTNode[];
} | null {
  const keys: (Key | null)[] = [];
  const indexes: ASTNode[] = [];
  let owner = node;
  while (owner.op === '.' || owner.op === '[]') {
    if (owner.op === '.') {
      keys.unshift({ key: owner.args[1], position: owner.pos });
    } else {
      const index = owner.args[1];
      const isLiteral = index.op === 'value' && typeof index.args === 'string';
      keys.unshift(isLiteral ? { key: index.args as string, position: index.start } : null);
      indexes.push(index);
    }
    owner = owner.args[0];
  }
  return owner.op === 'id' ? { root: owner.args, node: owner, keys, indexes } : null;
}
