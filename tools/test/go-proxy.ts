import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

/** Writes a module for `GOPROXY=file://<folder>`. @param files by path in the module */
export function publishGoModule(
  folder: string,
  { module, version, files }: { module: string; version: string; files: Record<string, string> },
): void {
  const place = join(folder, module, '@v');
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, `${version}.info`), JSON.stringify({ Version: version }));
  writeFileSync(join(place, `${version}.mod`), files['go.mod'] as string);
  const entries = Object.entries(files).map(
    ([path, text]) => [`${module}@${version}/${path}`, Buffer.from(text)] as const,
  );
  writeFileSync(join(place, `${version}.zip`), zip(entries));
}

/** A zip file with uncompressed entries. */
function zip(entries: readonly (readonly [name: string, data: Buffer])[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, data] of entries) {
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0); // version wanted
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), data]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    directory.push(
      Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), common, place, Buffer.from(name)]),
    );
    parts.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, central, Buffer.from('PK\x05\x06'), end]);
}
