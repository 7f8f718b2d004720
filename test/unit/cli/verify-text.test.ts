import assert from 'node:assert/strict';
import { it } from 'node:test';

import { proofText } from '../../../src/cli/verify-text.ts';
import type { ProofDocument } from '../../../src/cli/verify.ts';

function aProof(count: number): ProofDocument {
  const difference = { kind: 'copy-missing', itemKey: null, mailbox: null, path: null } as const;
  return {
    ...{ connector: 'o2', day: '2026-11-23', sent: null, readData: true, verdict: 'differs' },
    ...{ packages: [], kinds: [], steps: [], notices: [], unanswered: [] },
    requests: { storage: 1, graph: 1, graphReads: 1 },
    differences: Array.from({ length: count }, () => difference),
  } as unknown as ProofDocument;
}

it('counts one difference and several in their own words', () => {
  assert.match(proofText(aProof(1)), /^o2 {2}2026-11-23 {2}1 DIFFERENCE\.$/m);
  assert.match(proofText(aProof(2)), /^o2 {2}2026-11-23 {2}2 DIFFERENCES\.$/m);
});
