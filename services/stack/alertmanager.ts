import type { DebianProgram } from './debian-packages.ts';

export const ALERTMANAGER: DebianProgram = {
  names: ['alertmanager', 'prometheus-alertmanager'],
  packages: ['prometheus-alertmanager'],
  binary: '/usr/bin/prometheus-alertmanager',
};
