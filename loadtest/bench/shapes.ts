import { chain, diamond, fan } from '../lib/shapes.ts';

export const SHAPES = [
  { name: 'chain-50', shape: chain(50) },
  { name: 'fan-1-100-1', shape: fan(100) },
  { name: 'diamond', shape: diamond() },
] as const;
