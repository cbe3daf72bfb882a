import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DebianProgram } from '../programs/debian-packages.ts';

/** For browser tests and pictures. With fonts: without any, pages show boxes. */
export const CHROMIUM: DebianProgram = {
  names: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
  packages: ['chromium', 'fonts-dejavu-core', 'fontconfig-config'],
  binary: '/usr/lib/chromium/chromium',
  env: (root) => ({ FONTCONFIG_FILE: join(dirname(root), 'fonts.conf') }),
  prepare: (home, root) => {
    const cache = join(dirname(root), 'font-cache');
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, 'fonts.conf'), fontsConfiguration(root, cache));
  },
};

/** The packages' own configuration only has paths of an installed package. */
function fontsConfiguration(root: string, cache: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>${join(root, 'usr/share/fonts')}</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${cache}</cachedir>
</fontconfig>
`;
}
