import { parser } from '@prometheus-io/lezer-promql';
import type { Matching, Series } from './query.ts';

/**
 * A selector as text, e.g. `http_requests_total{code=~"5.."}`.
 * @throws Error if it is no valid PromQL, or more than one plain selector
 */
export function parseSelector(text: string): Series<string> {
  const matchings: Matching[] = [];
  let selectors = 0;
  let name = '';
  parser.parse(text).iterate({
    enter({ type, name: kind, from, to, node }) {
      if (type.isError) throw new Error(`is no valid PromQL at character ${from + 1}: ${text}`);
      if (!PLAIN.has(kind)) throw new Error(`has to be a selector of a counter, not ${text}`);
      if (kind === 'VectorSelector') {
        selectors += 1;
        const identifier = node.getChild('Identifier');
        name = identifier ? text.slice(identifier.from, identifier.to) : '';
      }
      if (kind === 'UnquotedLabelMatcher') {
        const matcher = text.slice(from, to);
        const parts = /^(\w+)\s*(=~|!~|!=|=)\s*(["'`])(.*)\3$/s.exec(matcher);
        if (!parts) throw new Error(`has a matcher that cannot be read: ${matcher}`);
        const [, label = '', operator, quote, value = ''] = parts;
        matchings.push({
          label,
          operator: operator as Matching['operator'],
          value: quote === '`' ? value : value.replaceAll(/\\(.)/g, '$1'),
        });
      }
    },
  });
  if (selectors !== 1 || name === '') throw new Error(`has to name one metric, not ${text}`);
  return { promql: text, labels: [], isSeries: true, matchings };
}

/** Parts of a plain selector. */
const PLAIN = new Set([
  'PromQL',
  'VectorSelector',
  'Identifier',
  'LabelMatchers',
  'UnquotedLabelMatcher',
  'LabelName',
  'MatchOp',
  'EqlSingle',
  'EqlRegex',
  'Neq',
  'NeqRegex',
  'StringLiteral',
]);
