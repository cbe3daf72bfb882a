import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';

const FORWARDING = '/proc/sys/net/ipv4/ip_forward';
/** Ethernet's MTU. Packets of containers must not exceed the MTU of the machine's interfaces. */
const USUAL_MTU = 1500;

/** The network settings that an engine changes. */
export interface NetworkState {
  /** Names of network bridges. */
  bridges: readonly string[];
  /** Chains and rules of `iptables-save` by table, without packet counts. */
  tables: ReadonlyMap<string, string>;
  /** `1` = the machine forwards packets. */
  forwarding: string;
}

/** @param env PATH with `ip` and the engine's `iptables` */
export function readNetwork(env: NodeJS.ProcessEnv): NetworkState {
  const links = run(env, 'ip', ['-o', 'link', 'show', 'type', 'bridge']).split('\n');
  const parts = run(env, 'iptables-save', []).split(/^\*/m).slice(1);
  return {
    bridges: links.flatMap((line) => /^\d+: ([^:@]+)/.exec(line)?.[1] ?? []),
    tables: new Map(parts.map(readTable)),
    forwarding: readFileSync(FORWARDING, 'utf8').trim(),
  };
}

function readTable(part: string): [name: string, lines: string] {
  const [name = '', ...lines] = part.split('\n');
  const kept = lines.filter((line) => /^(:|-A )/.test(line));
  return [name, kept.map((line) => line.replace(/\[\d+:\d+\]$/, '[0:0]')).join('\n')];
}

/** A table that was not there before keeps the kernel's chains alone. */
function tableBefore(before: NetworkState, name: string, now: string): string {
  const ofKernel = [...now.matchAll(/^:(\S+) (?:ACCEPT|DROP) /gm)].map(([, chain]) => chain);
  return before.tables.get(name) ?? ofKernel.map((chain) => `:${chain} ACCEPT [0:0]`).join('\n');
}

/** Removes bridges added since `before`, and restores the rules and ip_forward. */
export function restoreNetwork(env: NodeJS.ProcessEnv, before: NetworkState): void {
  const now = readNetwork(env);
  for (const bridge of newOnes(before, now)) run(env, 'ip', ['link', 'delete', bridge]);
  const tables = [...now.tables].map(
    ([name, lines]) => `*${name}\n${tableBefore(before, name, lines)}\nCOMMIT\n`,
  );
  run(env, 'iptables-restore', [], tables.join(''));
  if (now.forwarding !== before.forwarding) writeFileSync(FORWARDING, before.forwarding);
}

/** @returns descriptions of the differences; empty = none */
export function compareNetworks(before: NetworkState, now: NetworkState): string[] {
  const changed = [...now.tables].filter(
    ([name, lines]) => lines !== tableBefore(before, name, lines),
  );
  return [
    ...newOnes(before, now).map((bridge) => `network bridge ${bridge}`),
    ...changed.map(([name]) => `rules of iptables in ${name}`),
    ...(now.forwarding === before.forwarding ? [] : ['a changed ip_forward']),
  ];
}

/** The smallest MTU of the machine's outward interfaces. */
export function smallestMtu(): number {
  const outward = Object.entries(networkInterfaces()).filter(([, addresses]) =>
    addresses?.some(({ internal }) => !internal),
  );
  const sizes = outward.map(([name]) => Number(readFileSync(`/sys/class/net/${name}/mtu`, 'utf8')));
  return Math.min(USUAL_MTU, ...sizes);
}

function newOnes(before: NetworkState, now: NetworkState): string[] {
  return now.bridges.filter((bridge) => !before.bridges.includes(bridge));
}

function run(env: NodeJS.ProcessEnv, command: string, args: readonly string[], input = ''): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    env,
    encoding: 'utf8',
    input,
  });
  if (status === 0) return stdout;
  throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? stderr.trim()}`);
}
