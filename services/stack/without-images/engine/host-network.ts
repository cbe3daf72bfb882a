import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { undoRules } from './iptables.ts';

const FORWARDING = '/proc/sys/net/ipv4/ip_forward';
/** Ethernet's MTU. Packets of containers must not exceed the MTU of the machine's interfaces. */
const USUAL_MTU = 1500;

/** The network settings that an engine changes. */
export interface NetworkState {
  /** Names of network bridges. */
  bridges: readonly string[];
  /** Output of `iptables-save`. */
  rules: string;
  /** `1` = the machine forwards packets. */
  forwarding: string;
}

/** @param env PATH with `ip` and the engine's `iptables` */
export function readNetwork(env: NodeJS.ProcessEnv): NetworkState {
  const links = run(env, 'ip', ['-o', 'link', 'show', 'type', 'bridge']).split('\n');
  return {
    bridges: links.flatMap((line) => /^\d+: ([^:@]+)/.exec(line)?.[1] ?? []),
    rules: run(env, 'iptables-save', []),
    forwarding: readFileSync(FORWARDING, 'utf8').trim(),
  };
}

/** Removes bridges and rules added since `before`, and restores ip_forward. */
export function restoreNetwork(env: NodeJS.ProcessEnv, before: NetworkState): void {
  const now = readNetwork(env);
  for (const bridge of newOnes(before, now)) run(env, 'ip', ['link', 'delete', bridge]);
  const undo = undoRules(before.rules, now.rules);
  if (undo !== '') run(env, 'iptables-restore', ['--noflush'], undo);
  if (now.forwarding !== before.forwarding) writeFileSync(FORWARDING, before.forwarding);
}

/** @returns descriptions of the differences; empty = none */
export function compareNetworks(before: NetworkState, now: NetworkState): string[] {
  return [
    ...newOnes(before, now).map((bridge) => `network bridge ${bridge}`),
    ...(undoRules(before.rules, now.rules) === '' ? [] : ['rules of iptables']),
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

function run(
  env: NodeJS.ProcessEnv,
  command: string,
  args: readonly string[],
  input?: string,
): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    env,
    encoding: 'utf8',
    ...(input !== undefined && { input }),
  });
  if (status === 0) return stdout;
  throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? stderr.trim()}`);
}
