import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findRefusedRange, parseAllowedHost, rangeOf } from './http-addresses.ts';

/** Addresses by their range. */
const RANGES: Readonly<Record<string, string>> = {
  unicast:
    '8.8.8.8 1.1.1.1 172.15.0.1 172.32.0.1 100.128.0.1 2606:4700::1111 168.63.129.15 ' +
    '168.63.129.17 169.253.255.255 169.255.0.1 192.0.1.1 198.17.255.255 198.20.0.1 ' +
    '166.7.255.255 166.12.0.1 161.25.0.1',
  unspecified: '0.0.0.0 0.1.2.3 ::',
  private: '10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1',
  carrierGradeNat: '100.64.0.1 100.127.255.255 100.100.100.200',
  cloudPlatform: '168.63.129.16 161.26.0.10 166.11.255.255',
  reserved:
    '192.0.0.192 192.0.0.8 192.0.2.1 198.18.0.1 198.19.255.255 192.88.99.1 198.51.100.1 ' +
    '203.0.113.1 240.0.0.1 ::7f00:1 ::a9fe:a9fe 2001:db8::1 3fff::1 4000::1',
  linkLocal:
    '169.254.0.1 169.254.170.2 169.254.255.255 169.254.169.254 fe80::1 fe80::1%eth0 ' +
    'febf::1 fe80::a9fe:a9fe',
  loopback: '127.0.0.1 127.255.255.254 ::1',
  as112: '192.175.48.1',
  amt: '192.52.193.1',
  multicast: '224.0.0.1 239.255.255.255 ff02::1',
  broadcast: '255.255.255.255',
  uniqueLocal: 'fc00::1 fd00:ec2::254 fd20:ce::254 fd00:c1::a9fe:a9fe',
  deprecatedSiteLocal: 'fec0::1',
  ipv4Mapped: '::ffff:7f00:1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::127.0.0.1 ::ffff:a9fe:a9fe',
  rfc6145: '::ffff:0:7f00:1 ::ffff:0:a9fe:a9fe',
  rfc6052: '64:ff9b::7f00:1 64:ff9b:1::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b::808:808',
  '6to4': '2002:a9fe:a9fe::1 2002:7f00:1::',
  teredo: '2001:0:a9fe:a9fe::1 2001::1',
  benchmarking: '2001:2::1',
  deprecatedOrchid: '2001:10::1',
  segmentRouting: '5f00::1',
  discard: '100::1',
  unknown: 'localhost',
};

describe('the range of an address', () => {
  for (const [range, addresses] of Object.entries(RANGES))
    for (const address of addresses.split(' '))
      test(`${address} is ${range}`, () => assert.equal(rangeOf(address), range));

  test('nothing is unknown', () => assert.equal(rangeOf(''), 'unknown'));
});

describe('permitted hosts', () => {
  const ask = (setting: string, host: string, port: number, ...addresses: string[]) =>
    findRefusedRange({ host, port }, addresses, [parseAllowedHost(setting)!]);

  test('a name, for every address, on any port or on one', () => {
    assert.equal(ask('db.internal', 'DB.internal', 5432, '10.0.0.5'), null);
    assert.equal(ask('db.internal:80', 'db.internal', 80, '10.0.0.5'), null);
    assert.equal(ask('db.internal:80', 'db.internal', 5432, '10.0.0.5'), 'private');
    assert.equal(ask('db.internal', 'other.internal', 80, '10.0.0.5'), 'private');
    assert.equal(ask('internal', 'db.internal', 80, '10.0.0.5'), 'private');
  });

  test('an address or range, for every name', () => {
    assert.equal(ask('10.0.0.0/8', 'any.example', 80, '10.200.0.1'), null);
    assert.equal(ask('10.0.0.5:80', 'any.example', 80, '10.0.0.5'), null);
    assert.equal(ask('10.0.0.5:80', 'any.example', 81, '10.0.0.5'), 'private');
    assert.equal(ask('10.0.0.5', 'any.example', 80, '10.0.0.6'), 'private');
    assert.equal(ask('[::1]:80', '::1', 80, '::1'), null);
    assert.equal(ask('fd00::/8', 'any.example', 80, 'fd12::1'), null);
  });

  test('another form of a permitted address is not permitted', () => {
    assert.equal(ask('127.0.0.1', '::ffff:7f00:1', 80, '::ffff:7f00:1'), 'ipv4Mapped');
  });

  const PLATFORM =
    '169.254.169.254 169.254.170.2 168.63.129.16 100.100.100.200 192.0.0.192 fd00:ec2::254 ' +
    'fd20:ce::254 fe80::a9fe:a9fe 64:ff9b::a9fe:a9fe 64:ff9b::a83f:8110 ::ffff:a9fe:a9fe ' +
    '::a9fe:a9fe 2002:a9fe:a9fe::1 64:ff9b:1::a9fe:a9fe';
  for (const address of PLATFORM.split(' '))
    test(`${address} is permitted only by its full address`, () => {
      const wide = address.includes(':') ? '::/0' : '0.0.0.0/0';
      const narrow = address.includes(':') ? `${address}/127` : `${address}/31`;
      for (const setting of [
        wide,
        narrow,
        'metadata.google.internal',
        'metadata.google.internal:80',
      ])
        assert.notEqual(ask(setting, 'metadata.google.internal', 80, address), null, setting);
      const exact = address.includes(':') ? `[${address}]` : address;
      assert.equal(ask(exact, 'metadata.google.internal', 80, address), null);
      assert.equal(ask(`${exact}:80`, address, 80, address), null);
      assert.notEqual(ask(`${exact}:80`, address, 81, address), null);
    });

  test('a permitted name may resolve to this machine, with IPv4 and IPv6', () => {
    assert.equal(ask('localhost', 'localhost', 80, '127.0.0.1', '::1'), null);
    assert.equal(ask('64:ff9b::/96', 'any.example', 80, '64:ff9b::808:808'), null);
  });

  test('every address of a name must be permitted', () => {
    assert.equal(ask('127.0.0.1', 'any.example', 80, '127.0.0.1', '10.0.0.1'), 'private');
    assert.equal(ask('127.0.0.1', 'any.example', 80, '8.8.8.8', '::1'), 'loopback');
    assert.equal(ask('127.0.0.1', 'any.example', 80, '8.8.8.8', '127.0.0.1'), null);
  });

  const INVALID =
    '* *.internal http://a a/b a:0 a:70000 a:b 10.0.0.0/33 10.0.0.0/ 0x7f000001 127.1 [::1 [a] ' +
    '::1/129';
  for (const bad of ['', 'a b', ...INVALID.split(' ')])
    test(`${JSON.stringify(bad)} is invalid`, () => assert.equal(parseAllowedHost(bad), undefined));
});
