import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { azureBlobSite } from '../../../src/telemessage/azure-blob-site.ts';
import { directorySite } from '../../../src/telemessage/directory-site.ts';
import { packagesOf, type ListedFile } from '../../../src/telemessage/site.ts';

const FIRST = '202611210000-TeleMessage_1_20261122040000.zip';
const SECOND = '202611210000-TeleMessage_2_20261122040000.ZIP';
const AT = '2026-11-22T04:05:06Z';

describe('packagesOf', () => {
  const listed = (name: string): ListedFile => ({ name, sizeBytes: 1, modifiedAt: AT });

  it('takes packages of the days asked for, both ends included, ordered by name', () => {
    const days = ['22', '20', '23', '21', '19'];
    const names = days.map((day) => `202611${day}0000-TeleMessage_1_x.zip`);

    const files = packagesOf(names.map(listed), '2026-11-20', '2026-11-22');

    assert.deepEqual(
      files.map(({ day }) => day),
      ['2026-11-20', '2026-11-21', '2026-11-22'],
    );
  });

  it('names a package by its file name without .zip, whatever its letter case', () => {
    const [file] = packagesOf([listed(SECOND)], '2026-11-21', '2026-11-21');

    assert.equal(file?.package, '202611210000-TeleMessage_2_20261122040000');
  });

  const ignored = [
    'readme.txt',
    '202611210000-TeleMessage_1_x.zip.part',
    '202613410000-TeleMessage_1_x.zip',
    '20261121-TeleMessage_1_x.zip',
    '202611210000-Other_1_x.zip',
    '202611210000-TeleMessage_../../x.zip',
    '202611210000-TeleMessage_1\n.zip',
  ];
  for (const name of ignored) {
    it(`ignores ${JSON.stringify(name)}`, () => {
      assert.deepEqual(packagesOf([listed(name)], '0000-01-01', '9999-12-31'), []);
    });
  }
});

describe('directorySite', () => {
  it('lists and streams the packages of a folder', async () => {
    const path = await mkdtemp(join(tmpdir(), 'site-'));
    try {
      await writeFile(join(path, FIRST), 'first');
      await utimes(join(path, FIRST), new Date(AT), new Date(AT));
      await mkdir(join(path, SECOND));
      const site = directorySite({ path });

      const files = await site.list('2026-11-21', '2026-11-21');
      const content = await text(await site.open(files[0]!));
      await site.close();

      assert.equal(files.length, 1);
      assert.deepEqual([files[0]?.sizeBytes, files[0]?.modifiedAt], [5, AT]);
      assert.equal(content, 'first');
      await rm(join(path, FIRST));
      await assert.rejects(site.open(files[0]!), { code: 'package-unreadable' });
    } finally {
      await rm(path, { recursive: true });
    }
  });

  it('fails with site-folder-missing without its folder', async () => {
    const site = directorySite({ path: join(tmpdir(), 'no-such-folder-of-packages') });

    await assert.rejects(site.list('2026-11-21', '2026-11-21'), { code: 'site-folder-missing' });
  });
});

describe('azureBlobSite', () => {
  const blobs = new Map([
    [`outgoing/${FIRST}`, 'first'],
    [`outgoing/deeper/${FIRST}`, 'deeper'],
    [FIRST, 'top'],
  ]);
  const container = {
    async *list(prefix: string) {
      for (const [name, content] of blobs) {
        if (name.startsWith(prefix)) yield { name, sizeBytes: content.length, modifiedAt: AT };
      }
    },
    download: (name: string) => Promise.resolve(Readable.from([blobs.get(name) ?? 'none'])),
  };

  const prefixes: [string, string][] = [
    ['outgoing', 'first'],
    ['/outgoing/', 'first'],
    ['', 'top'],
  ];
  for (const [prefix, content] of prefixes) {
    it(`lists and streams the packages below ${JSON.stringify(prefix)} only`, async () => {
      const site = azureBlobSite({ container, prefix });

      const files = await site.list('2026-11-21', '2026-11-21');
      const read = await text(await site.open(files[0]!));
      await site.close();

      assert.deepEqual(
        files.map(({ name }) => name),
        [FIRST],
      );
      assert.equal(read, content);
    });
  }
});
