import { isDeepStrictEqual } from 'node:util';
import { Document, isCollection, isScalar, parseDocument } from 'yaml';

import type { Tree } from '../../config/tree.ts';
import { isTree } from '../../config/tree.ts';
import type { Entry } from './question.ts';
import { valueAt } from './paths.ts';

const HEAD = ` Written by "o2-archiver setup"; edit it freely, run setup again, or do both.
 Every key: docs/microsoft-365.md and schema/o2-archiver.schema.json. No secret stands in this file.`;

/** The connectors of a configuration's text, as they stand. */
export function connectorsOf(text: string): Tree[] {
  const raw: unknown = parseDocument(text).toJS({ maxAliasCount: 100 });
  const connectors = isTree(raw) ? raw['connectors'] : [];
  return Array.isArray(connectors) ? connectors.filter(isTree) : [];
}

/**
 * The text with the entries in the connector of this id, which is added when it is not there. All
 * else stays: other connectors, comments, the order of keys, what no question is about.
 */
export function editedText(text: string, id: string, entries: readonly Entry[]): string {
  const document = text.trim() === '' ? emptyDocument() : parseDocument(text);
  const at = ['connectors', placeOf(document, id)];
  for (const [path, value] of entries) {
    if (value === undefined) takeOut(document, at, path);
    else put(document, at, path, value);
  }
  return document.toString({ lineWidth: 0 });
}

/** Position of the connector among those of the file; where it would be when it is not there. */
export function positionOf(text: string, id: string): number {
  const connectors = connectorsOf(text);
  const position = connectors.findIndex((each) => each['id'] === id);
  return position === -1 ? connectors.length : position;
}

function emptyDocument(): Document {
  const document = new Document({ connectors: [] });
  document.commentBefore = HEAD;
  return document;
}

function placeOf(document: Document, id: string): number {
  if (!isCollection(document.get('connectors')))
    document.set('connectors', document.createNode([]));
  const connectors = (document.toJS() as { connectors: unknown[] }).connectors;
  const position = connectors.findIndex((each) => isTree(each) && each['id'] === id);
  if (position !== -1) return position;
  document.addIn(['connectors'], document.createNode({ id }));
  return connectors.length;
}

type Place = readonly (string | number)[];

function put(document: Document, at: Place, path: readonly string[], value: unknown): void {
  const connector = (document.toJS() as { connectors: Tree[] }).connectors[Number(at[1])] ?? {};
  // An equal value keeps the form in which a person wrote it, another its comment and its quotes.
  if (isDeepStrictEqual(valueAt(connector, path), value)) return;
  const node = document.getIn([...at, ...path], true);
  if (isScalar(node) && typeof value !== 'object') {
    node.value = value;
    return;
  }
  for (let length = 1; length < path.length; length += 1) {
    const parent = [...at, ...path.slice(0, length)];
    // `mapping:` with nothing behind it takes no key.
    if (document.hasIn(parent) && !isCollection(document.getIn(parent))) document.deleteIn(parent);
  }
  document.setIn([...at, ...path], document.createNode(value));
}

/** Takes it out, and the mappings around it that have nothing left. */
function takeOut(document: Document, at: Place, path: readonly string[]): void {
  if (!document.hasIn([...at, ...path])) return;
  document.deleteIn([...at, ...path]);
  const parent = path.slice(0, -1);
  if (parent.length === 0) return;
  const rest = document.getIn([...at, ...parent]);
  if (isCollection(rest) && rest.items.length === 0) takeOut(document, at, parent);
}
