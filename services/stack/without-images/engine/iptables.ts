/** A table in the output of `iptables-save`. */
interface Table {
  /** Policies of the kernel's chains; `-` for other chains. */
  chains: ReadonlyMap<string, string>;
  /** Lines `-A …`. */
  rules: readonly string[];
}

/**
 * Makes input for `iptables-restore --noflush` that removes the rules added since. Other rules stay.
 * @param before output of `iptables-save` then
 * @param after output of `iptables-save` now
 * @returns empty = no change
 */
export function undoRules(before: string, after: string): string {
  const [old, now] = [readTables(before), readTables(after)];
  return [...now].flatMap(([name, table]) => undoTable(name, old.get(name), table)).join('');
}

function undoTable(name: string, old: Table | undefined, { chains, rules }: Table): string[] {
  const made = [...chains.keys()].filter(
    (chain) => chains.get(chain) === '-' && !old?.chains.has(chain),
  );
  const policies = [...chains].filter(
    ([chain, policy]) => policy !== '-' && policy !== (old?.chains.get(chain) ?? 'ACCEPT'),
  );
  const kept = new Set(old?.rules);
  const added = rules.filter((rule) => !kept.has(rule) && !made.includes(chainOf(rule)));
  const lines = [
    ...policies.map(([chain]) => `:${chain} ${old?.chains.get(chain) ?? 'ACCEPT'} [0:0]`),
    // Naming a chain empties it.
    ...made.map((chain) => `:${chain} - [0:0]`),
    ...added.map((rule) => rule.replace(/^-A/, '-D')),
    ...made.map((chain) => `-X ${chain}`),
  ];
  return lines.length === 0 ? [] : [`*${name}\n${lines.join('\n')}\nCOMMIT\n`];
}

function readTables(saved: string): Map<string, Table> {
  const parts = saved.split(/^\*/m).slice(1);
  return new Map(parts.map((part) => [part.slice(0, part.indexOf('\n')), readTable(part)]));
}

function readTable(part: string): Table {
  const lines = part.split('\n');
  const chains = lines.flatMap((line) => {
    const [, chain, policy] = /^:(\S+) (\S+)/.exec(line) ?? [];
    return chain === undefined || policy === undefined ? [] : [[chain, policy] as const];
  });
  return { chains: new Map(chains), rules: lines.filter((line) => line.startsWith('-A ')) };
}

function chainOf(rule: string): string {
  return rule.split(' ')[1] ?? '';
}
