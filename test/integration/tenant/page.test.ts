import assert from 'node:assert/strict';
import test from 'node:test';
import { ALICE, NOBODY, testTenant } from '../../support/test-tenant.ts';
import type { TestTenant } from '../../support/test-tenant.ts';

const MAILBOX = `/users/${ALICE.id}`;

async function read({ tenant }: TestTenant, path: string, method = 'GET') {
  const answer = await fetch(new URL(path, tenant.pageUrl ?? ''), { method });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

function linkTo(text: string, wanted: RegExp): string {
  const links = [...text.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, link]) => link ?? '');
  const found = links.find((link) => wanted.test(link));
  assert.ok(found !== undefined, `no link like ${wanted.source}`);
  return found;
}

async function archive(peer: TestTenant, count: number) {
  const folders = `${MAILBOX}/mailFolders`;
  const folder = (await peer.ask('POST', folders, { displayName: 'O2 <Archive>' })).json;
  for (let number = 0; number < count; number += 1) {
    await peer.ask('POST', `${folders}/${encodeURIComponent(folder.id)}/messages`, {
      subject: `Number ${number} <script>`,
      categories: ['O2 MMS'],
      body: {
        contentType: 'html',
        content: '<p>Hello</p><script>alert(1)</script><img src="cid:pic" onerror="alert(2)">',
      },
      from: { emailAddress: { name: 'Bob "B"', address: 'bob@example.com' } },
      singleValueExtendedProperties: [
        { id: 'Integer 0x0E07', value: '1' },
        {
          id: 'SystemTime 0x0E06',
          value: new Date(1_790_000_000_000 + number * 1000).toISOString(),
        },
      ],
      attachments: [
        {
          '@odata.type': '#microsoft.graph.fileAttachment',
          name: 'a "photo" ü.png',
          contentType: 'image/png',
          contentId: 'pic',
          isInline: true,
          contentBytes: Buffer.from('picture').toString('base64'),
        },
        {
          '@odata.type': '#microsoft.graph.fileAttachment',
          name: 'evil.html',
          contentType: 'text/html',
          contentBytes: Buffer.from('<script>alert(3)</script>').toString('base64'),
        },
      ],
    });
  }
}

test('leads from the mailboxes to a message, its body and its attachments', async (context) => {
  const peer = await testTenant(context, { pagePort: 0 });
  await archive(peer, 1);
  const home = await read(peer, '/');
  assert.match(home.text, /3 users, 1 message\b/);
  assert.match(home.text, /no mailbox/);
  const mailbox = await read(peer, linkTo(home.text, new RegExp(`mailboxes/${ALICE.id}`)));
  assert.match(mailbox.text, /O2 &lt;Archive&gt;/, "the user's own folder comes first");
  const message = await read(peer, linkTo(mailbox.text, /\/messages\//));
  assert.match(message.text, /Number 0 &lt;script&gt;/);
  assert.match(
    message.text,
    />Bob &quot;B&quot;<\/bdi> &lt;<bdi dir="ltr">bob@example\.com<\/bdi>&gt;/,
  );
  assert.match(message.text, /O2 MMS/);
  assert.match(message.text, /<iframe[^>]*sandbox=""/);

  const body = await read(peer, linkTo(message.text, /\/body$/));
  assert.match(body.text, /<p>Hello<\/p>/);
  assert.doesNotMatch(body.text, /alert/);
  assert.match(body.headers.get('content-security-policy') ?? '', /sandbox; default-src 'none'/);
  const picture = await read(peer, linkTo(body.text, /\/attachments\//));
  assert.equal(picture.text, 'picture');
  assert.equal(picture.headers.get('content-type'), 'image/png');
});

test('gives what could hold a script only as a download', async (context) => {
  const peer = await testTenant(context, { pagePort: 0 });
  await archive(peer, 1);
  const mailbox = await read(peer, `/mailboxes/${ALICE.id}`);
  const message = await read(peer, linkTo(mailbox.text, /\/messages\//));
  const links = [...message.text.matchAll(/<a href="([^"]+\/attachments\/[^"]+)"/g)];
  const evil = await read(peer, links[1]?.[1] ?? '');
  assert.match(
    evil.headers.get('content-disposition') ?? '',
    /^attachment; filename\*=UTF-8''evil/,
  );
  assert.match(evil.headers.get('content-security-policy') ?? '', /^sandbox/);
  assert.equal(evil.headers.get('x-content-type-options'), 'nosniff');
});

test('shows fifty messages a page, the newest first', async (context) => {
  const peer = await testTenant(context, { pagePort: 0 });
  await archive(peer, 52);
  const first = await read(peer, `/mailboxes/${ALICE.id}`);
  const numbers = [...first.text.matchAll(/>Number (\d+)/g)].map(([, number]) => Number(number));
  assert.equal(numbers.length, 50);
  assert.equal(numbers[0], 51);
  assert.match(first.text, /1–50 of 52/);
  const second = await read(peer, linkTo(first.text, /page=2$/));
  assert.match(second.text, /51–52 of 52/);
});

test('is for reading only, from this machine only, and says when there is nothing', async (context) => {
  const peer = await testTenant(context, { pagePort: 0 });
  assert.equal((await read(peer, '/', 'POST')).status, 405);
  const paths = [
    '/nowhere',
    '/mailboxes/nobody',
    `/mailboxes/${NOBODY.id}`,
    `/mailboxes/${ALICE.id}/folders/x`,
    `/mailboxes/${ALICE.id}/messages/%E0%A4%A`,
    '/..%2f..%2fetc/passwd',
  ];
  for (const path of paths) assert.equal((await read(peer, path)).status, 404, path);
});
