import type { Texts } from '../en/index.ts';

export const services: Texts['services'] = {
  title: 'サービス',
  about:
    '直近数分間のサービス間の呼び出しです（呼び出し元で計測）。Redis からワーカーへの時間は、ランのキュー待ち時間です。',
  picture: 'サービスと呼び出しの関係',
  table: 'サービス間の呼び出し',
  from: '呼び出し元',
  to: '呼び出し先',
  calls: '呼び出し',
  failed: '失敗',
  p95: 'P95',
  perSecond: '{rate} 回/秒',
  failedShare: '失敗 {share}',
};
