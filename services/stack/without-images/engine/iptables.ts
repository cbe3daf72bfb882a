/** What `iptables-save` prints, by table. */
interface Table {
  /** Policy of a chain that the kernel made; `-` of every other. */
  chains: ReadonlyMap<string, string>;
  /** As `-A …` lines. */
  rules: readonly string[];
}

/**
 * What gives the rules back as they were, for `iptables-restore --noflush`. Rules of others stay as they are.
 * @param before what `iptables-save` printed then
 * @param after what it prints now
 * @returns empty = nothing has changed
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
    // A chain that is named is emptied first.
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
