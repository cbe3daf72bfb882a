import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isTooWide } from './address-range.ts';

const WIDE = [
  '0.0.0.0/0',
  '0.0.0.0/1',
  '128.0.0.0/1',
  '1.2.3.4/0',
  '10.0.0.0/7',
  '::/0',
  '8000::/1',
];
const WIDE_FORMS = ['2000::/3', 'fc00::/6', '::/64', '::/96', '::ffff:0:0/96', '::ffff:1.2.3.4/97'];
const WIDE_GATEWAYS = ['64:ff9b::/32', '64:ff9b:5::/32', '64:ff9b:1::/48', '2002::/16'];

for (const range of [...WIDE, ...WIDE_FORMS, ...WIDE_GATEWAYS])
  test(`${range} is too wide for a network`, () => assert.ok(isWide(range)));

const NETWORKS = ['10.0.0.0/8', '127.0.0.0/8', '172.16.0.0/12', '192.168.0.1/32', '104.16.0.0/13'];
const NETWORKS_OF_IPV6 = [
  'fc00::/7',
  'fd00::/8',
  'fe80::/10',
  '2606:4700::/32',
  '::1/128',
  '2400::/16',
];
const FORMS = ['::ffff:10.0.0.0/104', '64:ff9b::/96', '2002:a00::/24'];

for (const range of [...NETWORKS, ...NETWORKS_OF_IPV6, ...FORMS])
  test(`${range} may be a network`, () => assert.ok(!isWide(range)));

function isWide(range: string): boolean {
  const [address = '', bits] = range.split('/');
  return isTooWide(address, Number(bits));
}
