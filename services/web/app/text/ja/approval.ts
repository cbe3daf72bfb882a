import type { Texts } from '../en/index.ts';

export const approval: Texts['approval'] = {
  none: '承認待ちはありません',
  noneText: 'ランが承認を求めると、このページとランのページに表示されます。',
  noneForYou: 'あなたの承認が必要になると、ここに表示されます。',
  label: '{step} の承認',
  waits: '承認を待っています',
  waitsForOthers: 'ほかのユーザーの承認を待っています',
  byRole: 'ロール {role}',
  byUser: '{user}',
  byOwner: 'ランの所有者または管理者',
  onlyRole: '承認・却下できるのは、ロール {role} のユーザーと管理者だけです。',
  onlyAdmins: '承認・却下できるのは管理者だけです。',
  onlyUser: '承認・却下できるのは {user} と管理者だけです。',
  onlyOwner: '承認・却下できるのはランの所有者と管理者だけです。',
  run: 'ラン',
  input: '入力',
  decideBy: '期限',
  deadline: '{time}（あと {left}）',
  deadlineOver: '{time}（期限切れ）',
  comment: 'コメント',
  commentHint: 'コメント（任意）',
  approve: '承認',
  reject: '却下',
  already: {
    approved:
      'ラン {run} の {step} は、先に {who} が承認しました。あなたの決定は記録されていません。',
    rejected:
      'ラン {run} の {step} は、先に {who} が却下しました。あなたの決定は記録されていません。',
    cancelled:
      'ラン {run} の {step} は承認待ちではなくなりました。あなたの決定は記録されていません。',
  },
  somebody: 'ほかのユーザー',
};
