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
  not_configured: 'トレースが設定されていません',
  not_configuredText:
    'API に JAEGER_QUERY_URL を設定してください。「npm start」は、TELEMETRY_ENABLED が false でない限り、これを設定します。',
  elsewhere: 'トレースは {receiver} に送信されるため、ここには表示できません',
  elsewhereText:
    '送信先でランを探してください。送信先が Jaeger なら、API に JAEGER_QUERY_URL を設定するとここに表示されます。',
  not_sampled: 'このランはトレースされていません',
  not_sampledText:
    'サンプリングの対象外でした。トレースするランの割合は OTEL_TRACES_SAMPLER_ARG で設定します。',
  not_there: 'このランのスパンはまだありません',
  not_thereText:
    'スパンは終了の数秒後に届きます。古いトレースは、新しいトレースのために削除されます。',
};
