import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';

const CONFIG = resolve(
  import.meta.dirname,
  '../../../observability/config/alertmanager/alertmanager.yml',
);

export type Labels = Readonly<Record<string, string>>;

interface Config {
  route: { group_by: readonly string[] };
  inhibit_rules: readonly {
    source_matchers: readonly string[];
    target_matchers: readonly string[];
    equal?: readonly string[];
  }[];
}

/** What the shipped configuration of Alertmanager makes of alerts that fire together. */
export interface Routing {
  /** Those with the same key are one message. */
  groupKey(alert: Labels): string;
  /** Whether nobody hears of an alert because another one fires. */
  isInhibited(alert: Labels, others: readonly Labels[]): boolean;
}

export function readRouting(text = readFileSync(CONFIG, 'utf8')): Routing {
  const { route, inhibit_rules: rules } = parse(text) as Config;
  const inhibits = (source: Labels, target: Labels) =>
    rules.some(
      ({ source_matchers, target_matchers, equal = [] }) =>
        matchesAll(source_matchers, source) &&
        matchesAll(target_matchers, target) &&
        equal.every((label) => source[label] === target[label]),
    );
  return {
    groupKey: (alert) => ['severity', ...route.group_by].map((name) => alert[name]).join('\n'),
    isInhibited: (alert, others) =>
      others.some((other) => other !== alert && inhibits(other, alert)),
  };
}

function matchesAll(matchers: readonly string[], labels: Labels): boolean {
  return matchers.every((matcher) => matches(matcher, labels));
}

/** E.g. `severity = page`, `job =~ "api|worker"`. */
function matches(matcher: string, labels: Labels): boolean {
  const [, name = '', operator = '', quoted, bare = ''] =
    /^\s*(\w+)\s*(=~|!~|!=|=)\s*(?:"(.*)"|(.*?))\s*$/.exec(matcher) ?? [];
  const [wanted, value] = [quoted ?? bare, labels[name] ?? ''];
  const isLike = operator.endsWith('~')
    ? new RegExp(`^(?:${wanted})$`).test(value)
    : value === wanted;
  return operator.startsWith('!') ? !isLike : isLike;
}
