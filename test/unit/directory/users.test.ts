import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DirectoryReading } from '../../../src/directory/users.ts';
import { users } from '../../../src/directory/users.ts';
import type { RunError } from '../../../src/domain/run-error.ts';

const ALICE = {
  id: 'alice',
  userPrincipalName: 'Alice@example.com',
  mail: 'a.example@example.com',
  proxyAddresses: ['SMTP:a.example@example.com', 'smtp:Ally@example.org', 'X500:/o=ally@old'],
};

test('a user is found by each of its addresses, letter case apart', async () => {
  for (const address of ['alice@EXAMPLE.com', 'A.Example@example.com', 'ally@example.ORG']) {
    const { directory } = withUsers([ALICE]);

    assert.deepEqual(await directory.find(address, 'run'), { user: 'alice' });
  }
});

test('one user that has the address twice is one user; two users are ambiguous', async () => {
  const twice = { ...ALICE, mail: 'alice@example.com' };
  const bob = { id: 'bob', proxyAddresses: ['smtp:alice@example.com'] };

  assert.deepEqual(await withUsers([twice]).directory.find('alice@example.com', 'run'), {
    user: 'alice',
  });
  assert.deepEqual(await withUsers([ALICE, bob]).directory.find('alice@example.com', 'run'), {
    user: null,
    isAmbiguous: true,
  });
});

test('a user that does not bear the address is none, although it is listed', async () => {
  const { directory } = withUsers([ALICE, { id: 'odd', proxyAddresses: ['SIP:old@example.com'] }]);

  assert.deepEqual(await directory.find('old@example.com', 'run'), {
    user: null,
    isAmbiguous: false,
  });
});

test('the question asks all three properties at once, with quotes doubled', async () => {
  const { directory, asked } = withUsers([]);

  await directory.find("Con.O'Neill@example.com", 'run');

  assert.equal(
    asked[0]?.['$filter'],
    "userPrincipalName eq 'con.o''neill@example.com' or mail eq 'con.o''neill@example.com' or proxyAddresses/any(p:p eq 'smtp:con.o''neill@example.com')",
  );
});

test('what is no address is nobody, without a question', async () => {
  const { directory, asked } = withUsers([ALICE]);
  const long = `${'a'.repeat(65)}@example.com`;

  for (const text of ['', 'alice', 'a b@example.com', 'a@b@example.com', long, 'a@\u0000.com']) {
    assert.deepEqual(await directory.find(text, 'run'), { user: null, isAmbiguous: false });
  }

  assert.equal(asked.length, 0);
});

test('a user is believed for ten minutes, nobody for one, and many ask once', async () => {
  const clock = { ms: 0 };
  const { directory, asked } = withUsers([ALICE], clock);
  const askBoth = () =>
    Promise.all(
      ['alice@example.com', 'ALICE@example.com', 'no@example.com', 'no@example.com'].map((one) =>
        directory.find(one, 'run'),
      ),
    );

  await askBoth();
  assert.equal(asked.length, 2);
  clock.ms = 59_000;
  await askBoth();
  assert.equal(asked.length, 2);
  clock.ms = 61_000;
  await askBoth();
  assert.equal(asked.length, 3);
  clock.ms = 601_000;
  await directory.find('alice@example.com', 'run');
  assert.equal(asked.length, 4);
});

test('a new run asks anew, since its user may have been added meanwhile', async () => {
  const { directory, asked } = withUsers([]);

  await directory.find('no@example.com', 'run');
  await directory.find('no@example.com', 'next run');

  assert.equal(asked.length, 2);
});

for (const [status, code, expected] of [
  [403, 'Authorization_RequestDenied', 'tenant-refused'],
  [401, 'InvalidAuthenticationToken', 'tenant-refused'],
  [408, null, 'tenant-unavailable'],
  [429, 'Request_ThrottledTemporarily', 'tenant-unavailable'],
  [503, null, 'tenant-unavailable'],
  [null, null, 'tenant-unavailable'],
] as const) {
  test(`${status ?? 'no answer'} is ${expected}, tells no address and is not kept`, async () => {
    const answers: DirectoryReading[] = [
      { status, body: null, code, retryAfterMs: 3_000 },
      { status: 200, body: { value: [ALICE] }, code: null, retryAfterMs: null },
    ];
    const directory = users({
      read: () => Promise.resolve(answers.shift()!),
      answers: () => Promise.resolve(true),
    });

    await assert.rejects(directory.find('alice@example.com', 'run'), (error: RunError) => {
      assert.equal(error.code, expected);
      assert.doesNotMatch(error.message, /alice/);
      assert.equal(error.retryAfterMs, expected === 'tenant-unavailable' ? 3_000 : null);
      return true;
    });
    assert.deepEqual(await directory.find('alice@example.com', 'run'), { user: 'alice' });
  });
}

for (const status of [400, 404, 409, 422]) {
  test(`an address that is answered ${status} is nobody's, and the run goes on`, async () => {
    const directory = users({
      read: (_path, { $filter }) =>
        Promise.resolve(
          $filter?.includes('odd@') === true
            ? { status, body: null, code: 'Request_BadRequest', retryAfterMs: null }
            : { status: 200, body: { value: [ALICE] }, code: null, retryAfterMs: null },
        ),
      answers: () => Promise.resolve(true),
    });

    assert.deepEqual(await directory.find('odd@example.com', 'run'), {
      user: null,
      isAmbiguous: false,
    });
    assert.deepEqual(await directory.find('alice@example.com', 'run'), { user: 'alice' });
  });
}

for (const status of [400, 404, 422]) {
  test(`a tenant that answers ${status} to every address stops the run and makes nobody of no one`, async () => {
    const asked: (string | undefined)[] = [];
    const refused = { status, body: null, code: 'Request_BadRequest', retryAfterMs: null };
    const directory = users({
      read: (_path, { $filter }) => {
        asked.push($filter?.slice(0, 45));
        return Promise.resolve(refused);
      },
      answers: () => Promise.resolve(true),
    });

    for (let at = 0; at < 25; at += 1) {
      await assert.rejects(directory.find('alice@example.org', 'run'), (error: RunError) => {
        assert.equal(error.code, 'tenant-refused');
        assert.match(error.message, /refuses every look-up of a user/);
        assert.doesNotMatch(error.message, /alice/);
        return true;
      });
    }
    assert.deepEqual(asked.slice(0, 2), [
      "userPrincipalName eq 'alice@example.org' or m",
      "userPrincipalName eq 'nobody@example.com' or ",
    ]);
  });
}

test('an outage behind a refused address is an outage, and the address is asked again', async () => {
  let isAway = true;
  const directory = users({
    read: (_path, { $filter }) =>
      Promise.resolve({
        status: $filter?.includes('odd@') === true ? 400 : isAway ? 503 : 200,
        body: { value: [] },
        code: null,
        retryAfterMs: null,
      }),
    answers: () => Promise.resolve(true),
  });

  await assert.rejects(directory.find('odd@example.com', 'run'), { code: 'tenant-unavailable' });
  isAway = false;
  assert.deepEqual(await directory.find('odd@example.com', 'run'), NOBODY);
});

const NOBODY = { user: null, isAmbiguous: false };

test('a tenant that does not list its users is asked address by address', async () => {
  let lists = 0;
  const directory = users({
    read(_path, { $filter }) {
      if ($filter === undefined) lists += 1;
      return Promise.resolve(
        $filter === undefined
          ? { status: 400, body: null, code: 'Request_BadRequest', retryAfterMs: null }
          : { status: 200, body: { value: [ALICE] }, code: null, retryAfterMs: null },
      );
    },
    answers: () => Promise.resolve(true),
  });

  for (let at = 0; at < 25; at += 1) await directory.find(`s${at}@elsewhere.example`, 'run');

  assert.deepEqual(await directory.find('alice@example.com', 'run'), { user: 'alice' });
  assert.equal(lists, 1);
});

test('a run of many addresses lists the tenant once, and a new run asks anew', async () => {
  const { directory, asked } = withUsers([ALICE]);
  const strangers = Array.from({ length: 200 }, (_, at) => `stranger${at}@elsewhere.example`);

  for (const address of strangers) {
    assert.deepEqual(await directory.find(address, 'run'), { user: null, isAmbiguous: false });
  }
  assert.deepEqual(await directory.find('ally@example.org', 'run'), { user: 'alice' });

  assert.equal(asked.length, 21);
  assert.equal(asked.at(-1)?.['$top'], '999');
  await directory.find('ally@example.org', 'next run');
  assert.equal(asked.length, 22);
});

test('a list goes over all pages, and an address of two users is ambiguous there too', async () => {
  const bob = { id: 'bob', mail: 'ALLY@example.org' };
  const next = 'https://graph.example.com/v1.0/users?%24top=999&%24skiptoken=page2';
  const directory = users({
    read: (_path, query) =>
      Promise.resolve({
        status: 200,
        code: null,
        retryAfterMs: null,
        body:
          query['$top'] === undefined
            ? { value: [] }
            : query['$skiptoken'] === 'page2'
              ? { value: [bob] }
              : { value: [ALICE], '@odata.nextLink': next },
      }),
    answers: () => Promise.resolve(true),
  });

  for (let at = 0; at < 20; at += 1) await directory.find(`s${at}@elsewhere.example`, 'run');

  assert.deepEqual(await directory.find('ally@example.org', 'run'), {
    user: null,
    isAmbiguous: true,
  });
  assert.deepEqual(await directory.find('alice@example.com', 'run'), { user: 'alice' });
});

test('a user is told by the address that people know, and by none where the tenant tells none', async () => {
  const asked: string[] = [];
  const told = (status: number | null, body: unknown) =>
    users({
      read(path) {
        asked.push(path);
        return Promise.resolve({ status, body, code: null, retryAfterMs: null });
      },
      answers: () => Promise.resolve(true),
    }).addressOf('a/b');

  assert.equal(await told(200, ALICE), 'a.example@example.com');
  assert.equal(await told(200, { ...ALICE, mail: null }), 'Alice@example.com');
  assert.equal(await told(200, {}), null);
  assert.equal(await told(404, null), null);
  assert.equal(await told(null, null), null);
  assert.equal(asked[0], '/users/a%2Fb');
});

function withUsers(value: readonly object[], clock = { ms: 0 }) {
  const asked: Readonly<Record<string, string>>[] = [];
  const directory = users(
    {
      read(path, query) {
        assert.equal(path, '/users');
        asked.push(query);
        return Promise.resolve({ status: 200, body: { value }, code: null, retryAfterMs: null });
      },
      answers: () => Promise.resolve(true),
    },
    () => clock.ms,
  );
  return { directory, asked };
}
