import { type Call, sendJson } from '../call.ts';

const CHANGES = [
  {
    title: 'Exports continue after an interruption',
    text: 'An export of many records used to start again from zero when the connection broke. Now the server remembers the last record that it sent for each export. A client that reconnects continues after that record, so that nothing is sent twice. Exports of more than a million records fail nine times less often than before. You do not have to change your clients.',
  },
  {
    title: 'Search finds words in attachments',
    text: 'Search now covers the text of attachments, which it left out before. New attachments are searchable within a minute after their upload. The index of older attachments grows in the background and is complete after two days at most. Results from an attachment show its name and the page of the match. Attachments that are only pictures are still not searched.',
  },
  {
    title: 'Invoices show taxes for each line',
    text: 'Every line of an invoice now shows its own tax rate and amount. Accountants asked for this, because orders may mix goods with different rates. Totals are still computed from the exact amounts and rounded once, at the end. Invoices that were sent before this release do not change. The programming interface has two new fields for each line.',
  },
  {
    title: 'Passwords can be replaced by passkeys',
    text: 'People can add a passkey to their account and log in without a password. A passkey stays on the device and cannot be copied by a false login page. Administrators decide for each team whether passwords are still allowed. Whoever loses the device uses one of ten recovery codes. Existing passwords continue to work until a team turns them off.',
  },
];

/** `GET /api/changes?fail=`: the changes of a release. The first `fail` calls of a key get 503. */
export function answerChanges(call: Call): void {
  const fail = Number(call.url.searchParams.get('fail') ?? 0);
  if (call.nth <= fail) return sendJson(call, 503, { error: 'The service is starting.' });
  sendJson(call, 200, { release: call.url.searchParams.get('release'), changes: CHANGES });
}
