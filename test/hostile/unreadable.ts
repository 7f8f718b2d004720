import type { Chance } from './chance.ts';

/** Bytes that are no item: each must be refused by name, never half read and never thrown at. */
export function unreadable(chance: Chance): Buffer {
  const headers = 'From: a@example.com\nDate: Mon, 23 Nov 2026 09:15:42 +0000\n';
  const kinds: readonly (() => Buffer)[] = [
    () => chance.bytes(1 + chance.below(400)),
    () => Buffer.from('Subject: nobody and never\nX-TELEMESSAGE-MessageType: SMS\n\ntext'),
    () => Buffer.from('From: \nTo: \nRCPT_TO:\nDate:\n\nnames without values'),
    () => Buffer.from(`${headers}X-Long: ${'x'.repeat(1_100_000)}\n\ntext`),
    () => Buffer.from(`${headers}${nested(130)}`),
  ];
  return chance.pick(kinds)();
}

function nested(levels: number): string {
  let body = 'text';
  for (let level = levels; level > 0; level -= 1) {
    body = `Content-Type: multipart/mixed; boundary="n${level}x"\n\n--n${level}x\n${level === levels ? '\n' : ''}${body}\n--n${level}x--\n`;
  }
  return body;
}
