/** Parses CEL with the grammar of cel-js. `evaluate.ts` gives the nodes their meaning. */

import { Environment, ParseError, type ASTNode } from '@marcbachmann/cel-js';
import { ExpressionSyntaxError } from './failure.ts';
import { MAX_EXPRESSION_DEPTH, MAX_EXPRESSION_LENGTH } from './limits.ts';

export type { ASTNode };

const environment = new Environment({
  unlistedVariablesAreDyn: true,
  limits: { maxAstNodes: MAX_EXPRESSION_LENGTH, maxDepth: 64, maxCallArguments: 8 },
});

/**
 * @throws ExpressionSyntaxError with the position of the error
 */
export function parseExpression(text: string): ASTNode {
  if (text.length > MAX_EXPRESSION_LENGTH) {
    throw new ExpressionSyntaxError(
      'expression_length',
      `the expression is longer than ${MAX_EXPRESSION_LENGTH} characters`,
      'compute parts of it in transform steps',
      0,
    );
  }
  if (text.trim() === '') {
    throw new ExpressionSyntaxError(
      'expression_syntax',
      'the expression is empty',
      'write a value, for example input.x',
      0,
    );
  }
  try {
    return environment.parse(text).ast;
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    const position = error.range?.start ?? 0;
    throw new ExpressionSyntaxError(
      'expression_syntax',
      plainly(error.summary, text.slice(position)),
      'write CEL, for example input.n + 1 or steps.a.output.ok == true',
      position,
    );
  }
}

/** Without the parser's names of tokens. @param rest of the expression, from the error on */
function plainly(summary: string, rest: string): string {
  if (/\bEOF\b/.test(summary)) return 'the expression ends too early';
  const [token = ''] = /^\w+|^\W/.exec(rest) ?? [];
  return summary.startsWith('Unexpected token') ? `unexpected \`${token}\`` : summary;
}

/** The sub-expressions of a node; macros stay unexpanded. */
export function childrenOf(node: ASTNode): readonly ASTNode[] {
  switch (node.op) {
    case 'value':
    case 'id':
      return [];
    case '.':
    case '.?':
      return [node.args[0]];
    case 'call':
      return node.args[1];
    case 'rcall':
      return [node.args[1], ...node.args[2]];
    case 'map':
      return node.args.flat();
    case '!_':
    case '-_':
      return [node.args];
    default:
      return node.args;
  }
}

/** Walks without recursion, because the parser limits only a part of the nesting. */
export function isTooDeep(root: ASTNode): boolean {
  let level: ASTNode[] = [root];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_EXPRESSION_DEPTH) return true;
    level = level.flatMap(childrenOf);
  }
  return false;
}
