import type { Texts } from '../en/index.ts';

export const trace: Texts['trace'] = {
  tree: 'スパンのタイムライン',
  search: 'スパンを検索',
  count: 'スパン {count} 件',
  cut: '先頭の 5,000 件のみ表示しています。',
  open: '終了していないスパンは含まれません。',
  jaeger: 'Jaeger で開く',
  details: 'スパン',
  choose: 'スパンを選択すると、属性が表示されます。',
  service: 'サービス',
  kind: '種類',
  started: '開始',
  duration: '所要時間',
  openStep: 'ステップ {step} を開く',
  attributes: '属性',
  events: 'イベント',
  links: 'リンク',
  not_configured: 'Jaeger が設定されていません',
  not_configuredText:
    '「npm start」の前に「npm run servers -- jaeger」を実行するか、API に JAEGER_QUERY_URL を設定してください。',
  not_sampled: 'このランはトレースされていません',
  not_sampledText:
    'サンプリングの対象外でした。トレースするランの割合は OTEL_TRACES_SAMPLER_ARG で設定します。',
  not_there: 'このランのスパンはまだ Jaeger にありません',
  not_thereText:
    'スパンは終了の数秒後に届きます。古いものは Jaeger から削除されている場合があります。',
};
