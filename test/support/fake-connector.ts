import { memoryBudget } from '../../src/activities/memory-budget.ts';
import { connectors, type Connector, type Connectors } from '../../src/activities/connector.ts';
import type { Message } from '../../src/domain/message.ts';
import { aRead } from './builders.ts';
import { memoryStaging } from './memory-staging.ts';

/** A connector whose staging is in memory; a part that a test does not give throws when it is used. */
export function fakeConnector(parts: Partial<Connector> = {}): Connector {
  const unused = (part: string) => () => {
    throw new Error(`the test gave no ${part}`);
  };
  return {
    settings: {
      id: 'o2',
      startDay: '2026-11-01',
      lookbackDays: 7,
      quietMs: 60_000,
      waitUntil: '20:00',
      catchupDays: 30,
      maxItemBytes: 150_000_000,
      parkMs: 7_200_000,
      ownDomains: ['example.com'],
      slicesPerRun: 300,
      hasCanary: false,
    },
    openSite: unused('site'),
    staging: memoryStaging(),
    registeredUsers: null,
    indexPackage: unused('indexPackage'),
    items: {
      read: async () => ({ problem: null, ...aRead() }),
      attachments: unused('attachments'),
    },
    memory: memoryBudget(),
    converter: '1',
    compose: (_item, { itemKey, omit = [] }) => ({ itemKey, omit }) as unknown as Message,
    renderEml: unused('renderEml'),
    mapping: async () => null,
    route: unused('route'),
    routeUnmatched: null,
    importCopy: unused('importCopy'),
    readers: [],
    routeReader: unused('routeReader'),
    composeReport: unused('composeReport'),
    importReport: unused('importReport'),
    notifier: { tell: null, beat: null },
    tryCanary: unused('tryCanary'),
    ...parts,
  };
}

export function only(connector: Connector): Connectors {
  return connectors([connector]);
}
