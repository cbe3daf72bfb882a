import type { Texts } from '../en/index.ts';

export const graph: Texts['graph'] = {
  label: 'ステップのグラフ。矢印キーで辺に沿って移動します。',
  map: 'グラフの全体図',
  edge: '{from} から {to} への辺',
  zoomIn: '拡大',
  zoomOut: '縮小',
  fit: 'グラフ全体を表示',
  itemsDone: '{done} / {total} 件',
  chain: '{count} ステップ',
  chainLabel: '{first} から {last} までの {count} ステップ、{status}。Enter で展開します。',
  collapse: '{count} ステップを折りたたむ: {first} … {last}',
};
