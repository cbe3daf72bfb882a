import assert from 'node:assert/strict';
import { BlockList } from 'node:net';
import { describe, test } from 'node:test';
import { findClientAddress, networkOf } from './client-address.ts';

const TRUSTED = new BlockList();
TRUSTED.addSubnet('10.0.0.0', 8, 'ipv4');
TRUSTED.addSubnet('fd00::', 8, 'ipv6');

describe('where a request comes from', () => {
  const cases: [name: string, peer: string | undefined, forwardedFor: string, address: string][] = [
    ['the peer, if nothing was forwarded', '203.0.113.1', '', '203.0.113.1'],
    ['whom a trusted proxy names', '10.0.0.1', '203.0.113.1', '203.0.113.1'],
    ['through several of them', '10.0.0.1', '203.0.113.1, 10.0.0.3,10.0.0.2', '203.0.113.1'],
    ['not whom the client names', '10.0.0.1', '1.2.3.4, 203.0.113.1', '203.0.113.1'],
    ['not whom a stranger names', '203.0.113.1', '1.2.3.4', '203.0.113.1'],
    ['a proxy by IPv6', 'fd00::1', '2001:db8::1', '2001:db8::1'],
    ['a proxy by IPv4 on a socket of IPv6', '::ffff:10.0.0.1', '203.0.113.1', '203.0.113.1'],
    ['the proxy, when what it names is none', '10.0.0.1', 'unknown', '10.0.0.1'],
    ['the proxy, when that has a port', '10.0.0.1', '203.0.113.1:80', '10.0.0.1'],
    ['all trusted: the first', '10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
    ['unknown peer', undefined, '203.0.113.1', ''],
  ];
  for (const [name, peer, forwardedFor, address] of cases)
    test(name, () => assert.equal(findClientAddress(peer, forwardedFor, TRUSTED), address));
});

describe('who shares a count', () => {
  for (const [address, network] of [
    ['203.0.113.1', '203.0.113.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::6', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['', ''],
  ] as const)
    test(`${address} is in ${network}`, () => assert.equal(networkOf(address), network));
});
